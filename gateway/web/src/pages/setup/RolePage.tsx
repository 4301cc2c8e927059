import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button, ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { InviteSite } from "../repositories/InviteSite";
import { Steps } from "./Steps";

const roles = ["connects", "hub"] as const;

/** RolePage asks the guide's question: which of both sites connects to the other. Hubs invite a site here and are done. */
export default function RolePage() {
  // Texts of the invitation are fetched with the page, or an answer would wait for them.
  const { t } = useTranslation(["setup", "repositories"]);
  const search = useSearch({ from: "/bare/steps/setup/role" });
  const navigate = useNavigate({ from: "/setup/role" });
  const [role, setRole] = useState(search.role);
  // The answer stands in the address, so that it is still there after a break.
  const answer = (name: string) => {
    setRole(name);
    void navigate({ search: { role: name }, replace: true });
  };
  return (
    <Page title={t("role.title")} above={<Steps current="role" />}>
      <div className="stack">
        <fieldset className="field cards">
          <legend>{t("role.question")}</legend>
          {roles.map((name) => (
            <label key={name} className="choice">
              <input type="radio" name="role" checked={role === name} onChange={() => answer(name)} />
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
            <Button look="main" onClick={() => void navigate({ to: "/setup/connect" })}>
              {t("next")}
            </Button>
          )}
          {role === "hub" && (
            <ButtonLink look="main" to="/">
              {t("role.finish")}
            </ButtonLink>
          )}
          {role !== "hub" && <Link to="/">{t("later")}</Link>}
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
