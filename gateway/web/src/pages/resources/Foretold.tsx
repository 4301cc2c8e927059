import { useTranslation } from "react-i18next";

import { cases, type Effect, effectsOf, mirrored, pulls, pushes, type Rule } from "./effects";

/** Foretold spells out what the chosen rule will do to a record, at both sites. */
export function Foretold({ rule }: { rule: Rule }) {
  const { t } = useTranslation("resources");
  const effects = effectsOf(rule);
  return (
    <section className="foretold sheet" aria-labelledby="foretold">
      <h3 id="foretold">{t("foretold.title")}</h3>
      <div aria-live="polite">
        {cases.map((name) => (
          <Foretelling key={name} title={t(`foretold.case.${name}`)} effect={effects[name]} />
        ))}
        <Remarks rule={rule} />
      </div>
    </section>
  );
}

function Foretelling({ title, effect }: { title: string; effect: Effect }) {
  const { t } = useTranslation(["resources", "common"]);
  return (
    <div className="foretelling">
      <h4>{title}</h4>
      <p className="side here">
        <span className="small">{t("common:thisSite")}</span> {t(`foretold.here.${effect.here}`)}
      </p>
      <p className="side there">
        <span className="small">{t("common:remoteSite")}</span> {t(`foretold.there.${effect.there}`)}
      </p>
    </div>
  );
}

/** Remarks are what the guide adds: which choices are slow, and how the remote site is told of them. */
function Remarks({ rule }: { rule: Rule }) {
  const { t } = useTranslation("resources");
  const slow = pulls(rule) && (rule.update === "THIS" || rule.update === "OTHER");
  const values = { policy: rule.update, mirrored: mirrored(rule.update) };
  return (
    <div className="tight remarks">
      {(rule.update === "NEWER" || rule.conflict === "NEWER") && <p className="hint">{t("foretold.clocks")}</p>}
      {slow && <p className="hint">{t("foretold.slow")}</p>}
      {pushes(rule) && (
        <p className="hint">
          <strong>{t("foretold.transfer")}</strong>{" "}
          {t(values.policy === values.mirrored ? "foretold.appliesSame" : "foretold.appliesAs", values)} {t("foretold.eden")}
        </p>
      )}
      {!pulls(rule) && <p className="hint">{t("foretold.incoming")}</p>}
      <p className="hint">{t("foretold.kept")}</p>
    </div>
  );
}
