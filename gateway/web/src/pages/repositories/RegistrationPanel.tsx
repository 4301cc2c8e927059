import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { repositoryQuery } from "../../api/queries";
import type { Repository } from "../../api/types";
import { useMay } from "../../session/session";
import { Button } from "../../ui/Button";
import { Uuid } from "../../ui/Copy";
import { ErrorNote } from "../../ui/ErrorNote";
import { Icon, Ring } from "../../ui/Icon";
import { Note } from "../../ui/Note";
import { Moment } from "../../ui/When";
import { settingsQuery } from "../settings/queries";
import { InviteSite } from "./InviteSite";
import { Letter } from "./Letter";
import { useRegister } from "./useRegister";

/** How often the page asks while a registration is under way; it takes a second or two. */
const soon = 1_000;

interface Props {
  repository: Repository;
  /** Whether it stands outside of the page of the repository, with the next step beside it. */
  bare?: boolean;
}

/** RegistrationPanel tells how this site stands with the remote one, and what to do when it is not known there. */
export function RegistrationPanel({ repository, bare }: Props) {
  const { t } = useTranslation("repositories");
  const state = repository.registration?.state ?? "NONE";
  return (
    <section className="registration stack" aria-label={t("registration.title")}>
      {state === "PENDING" && <Pending id={repository.id} />}
      {state === "REGISTERED" && <Registered repository={repository} bare={bare} />}
      {state === "FAILED" && <Unregistered repository={repository} bare={bare} />}
      {state === "NONE" && <Awaited repository={repository} />}
    </section>
  );
}

function Pending({ id }: { id: string }) {
  const { t } = useTranslation("repositories");
  useQuery({ ...repositoryQuery(id), refetchInterval: soon });
  return (
    <p className="row busy" role="status">
      <Ring />
      <span>{t("registration.pending")}</span>
    </p>
  );
}

function Registered({ repository: { id, registration, taskCount }, bare }: Props) {
  const { t } = useTranslation("repositories");
  if (taskCount === 0 && !bare) {
    return (
      <Note kind="ok">
        <p role="status">{t("registration.done")}</p>
        <p>
          <Link to="/repositories/$id/resources" params={{ id }}>
            {t("registration.next")}
          </Link>
        </p>
      </Note>
    );
  }
  return (
    <div className="row ok">
      <Icon name="check" />
      <span role="status">{t("registration.done")}</span>
      <span className="hint">
        <Moment time={registration?.time} />
      </span>
      <RegisterAgain id={id} />
    </div>
  );
}

/** RegisterAgain is for those who may; what goes wrong at this site is said below. */
function RegisterAgain({ id }: { id: string }) {
  const { t } = useTranslation("repositories");
  const administers = useMay("administer");
  const register = useRegister(id);
  if (!administers) return null;
  return (
    <>
      <Button busy={register.isPending} onClick={() => register.mutate()}>
        {t("registration.again")}
      </Button>
      {register.isError && <ErrorNote error={register.error} />}
    </>
  );
}

/** Unregistered: the guide's warning, and everything that the other administrator needs to do it by hand. */
function Unregistered({ repository, bare }: Props) {
  const { t } = useTranslation("repositories");
  const settings = useQuery(settingsQuery).data;
  return (
    <>
      <Note kind="warning" alert>
        <p>
          <strong>{t("registration.failed")}</strong>
        </p>
        <Said repository={repository} />
        <p>{t("registration.saved")}</p>
        <p className="row">
          <RegisterAgain id={repository.id} />
          {bare && (
            <Link to="/repositories/$id/configuration" params={{ id: repository.id }}>
              {t("registration.edit")}
            </Link>
          )}
        </p>
      </Note>
      {settings && (
        <>
          <div>
            <p>{t("registration.uuid")}</p>
            <Uuid value={settings.repositoryUuid} what={t("registration.uuid")} large />
          </div>
          <Letter
            title={t("registration.letter")}
            lines={[
              t("registration.text.please"),
              t("registration.text.name", { name: settings.siteName }),
              t("registration.text.uuid", { uuid: settings.repositoryUuid }),
              settings.publicUrl !== "" && t("registration.text.url", { url: settings.publicUrl }),
              repository.username !== "" && t("registration.text.user", { username: repository.username }),
            ]}
          />
        </>
      )}
    </>
  );
}

/** Said is what the remote site or the network said, in its own words unless they are known here. */
function Said({ repository: { registration } }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  if (!registration?.message) return null;
  return (
    <p>
      {t("registration.said")} <bdi lang="en">{registration.message}</bdi>
    </p>
  );
}

/** Awaited: the remote site connects to this one, and its administrator needs to know where and as whom. */
function Awaited({ repository }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  const administers = useMay("administer");
  return (
    <>
      <p>{t(repository.lastConnectTime ? "registration.connects" : "registration.awaited")}</p>
      {administers && (
        <details className="more-settings" open={!repository.lastConnectTime}>
          <summary>{t("invite.title")}</summary>
          <div>
            <InviteSite repositoryId={repository.id} suggestion={repository.name} />
          </div>
        </details>
      )}
    </>
  );
}
