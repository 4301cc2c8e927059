import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { NotFound } from "../../shell/NotFound";
import { Page } from "../../ui/Page";
import { Cell, Table } from "../../ui/Table";
import { Reasons } from "./Reasons";
import { isTopic, type Section, type Topic, type TopicName, topicNames, topics } from "./topics";

/** TopicPage shows one topic of the help; its texts say what it holds. */
export default function TopicPage() {
  const { topic } = useParams({ from: "/app/help/$topic" });
  if (!isTopic(topic)) return <NotFound />;
  return <OneTopic key={topic} name={topic} />;
}

function OneTopic({ name }: { name: TopicName }) {
  const { t } = useTranslation("help");
  const topic = t(`topics.${name}`, { returnObjects: true }) as unknown as Topic;
  return (
    <Page title={topic.title} above={<ToHelp />} lead={<p>{topic.lead}</p>}>
      <div className="columns">
        <div className="stack help">
          {topic.sections.map((section) => (
            <OneSection key={section.heading} section={section} />
          ))}
          {name === "reasons" && <Reasons />}
        </div>
        <aside className="stack links" aria-label={t("other")}>
          <Pages name={name} />
          <Others name={name} />
        </aside>
      </div>
    </Page>
  );
}

function ToHelp() {
  const { t } = useTranslation("help");
  return (
    <p className="crumbs">
      <Link to="/help">{t("title")}</Link>
    </p>
  );
}

function OneSection({ section: { heading, steps, table, text } }: { section: Section }) {
  return (
    <section className="tight">
      <h2>{heading}</h2>
      {steps && (
        <ol className="tight">
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {table && <FactTable caption={heading} {...table} />}
      {text?.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </section>
  );
}

function FactTable({ caption, head, rows }: { caption: string; head: string[]; rows: string[][] }) {
  return (
    <Table caption={caption} heads={head.map((label) => ({ label }))}>
      {rows.map(([name, ...cells]) => (
        <tr key={name}>
          <Cell label={head[0] ?? ""} head>
            <strong>{name}</strong>
          </Cell>
          {cells.map((cell, i) => (
            <Cell key={head[i + 1]} label={head[i + 1] ?? ""}>
              <span>{cell}</span>
            </Cell>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function Pages({ name }: { name: TopicName }) {
  const { t } = useTranslation(["help", "common"]);
  return (
    <nav aria-label={t("related")}>
      <h2>{t("related")}</h2>
      <ul className="plain">
        {topics[name].map(([to, page]) => (
          <li key={to}>
            <Link to={to}>{t(`common:nav.${page}`)}</Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Others({ name }: { name: TopicName }) {
  const { t } = useTranslation("help");
  return (
    <nav aria-label={t("other")}>
      <h2>{t("other")}</h2>
      <ul className="plain">
        {topicNames
          .filter((other) => other !== name)
          .map((other) => (
            <li key={other}>
              <Link to="/help/$topic" params={{ topic: other }}>
                {t(`topics.${other}.title`)}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
