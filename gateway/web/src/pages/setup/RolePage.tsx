import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { InviteSite } from "../repositories/InviteSite";
import { Steps } from "./Steps";

const roles = ["connects", "hub"] as const;

/** RolePage asks the guide's question: which of both sites connects to the other. Hubs invite a site here and are done. */
export default function RolePage() {
  const { t } = useTranslation("setup");
  const { role } = useSearch({ from: "/bare/steps/setup/role" });
  const navigate = useNavigate({ from: "/setup/role" });
  return (
    <Page title={t("role.title")} above={<Steps current="role" />}>
      <div className="stack">
        <fieldset className="field cards">
          <legend>{t("role.question")}</legend>
          {roles.map((name) => (
            <label key={name} className="choice">
              <input
                type="radio"
                name="role"
                checked={role === name}
                onChange={() => void navigate({ search: { role: name }, replace: true })}
              />
              <span>
                <span className="choice-label">{t(`role.${name}`)}</span>
                <small>{t(`role.${name}Hint`)}</small>
              </span>
            </label>
          ))}
        </fieldset>
        {role === "hub" && <Hub />}
        <p className="actions">
          {role === "connects" && (
            <ButtonLink look="main" to="/setup/connect">
              {t("next")}
            </ButtonLink>
          )}
          {role === "hub" && (
            <ButtonLink look="main" to="/">
              {t("role.finish")}
            </ButtonLink>
          )}
          <Link to="/">{t("later")}</Link>
        </p>
      </div>
    </Page>
  );
}

function Hub() {
  const { t } = useTranslation("setup");
  return (
    <section className="stack" aria-labelledby="invite">
      <h2 id="invite">{t("role.invite")}</h2>
      <p>{t("role.inviteLead")}</p>
      <InviteSite />
    </section>
  );
}
