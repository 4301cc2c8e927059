import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";

import type { Repository } from "../../api/types";
import { CheckField, ChoicesField, SelectField, TextArea, TextField } from "../../form/Field";
import { ConnectionTest } from "./ConnectionTest";
import type { RepositoryForm } from "./form";

/** Types that Sahana Eden knows. Only its own can be synchronized; the server refuses the others by name. */
const types = ["EDEN", "ADASHI", "CCRM", "DATA", "FILESYNC", "FTP", "MCB", "WRIKE"] as const;

/** useRepositoryLabels are the names of the fields, letter by letter those of the guide. */
export function useRepositoryLabels() {
  const { t } = useTranslation("repositories");
  return {
    direction: t("form.direction"),
    name: t("form.name"),
    uuid: t("form.uuid"),
    url: t("form.url"),
    username: t("form.username"),
    password: t("form.password"),
    proxyUrl: t("form.proxyUrl"),
    acceptPushes: t("form.acceptPushes"),
    caCertificates: t("form.caCertificates"),
    type: t("form.type"),
  };
}

interface Props {
  /** The repository that is edited; absent: a new one. */
  saved?: Repository;
}

/** DirectionField is the first question: its answer decides which of the guide's two columns is asked for. */
export function DirectionField({ saved }: Props) {
  const { t } = useTranslation("repositories");
  return (
    <div className="direction">
      <ChoicesField
        name="direction"
        label={t(saved ? "form.directionSaved" : "form.direction")}
        cards
        choices={[
          { value: "remote", label: t("form.remote"), hint: t("form.remoteHint") },
          { value: "incoming", label: t("form.incoming"), hint: t("form.incomingHint") },
        ]}
      />
    </div>
  );
}

/** RepositoryFields asks for what the answer to the first question demands. */
export function RepositoryFields({ saved }: Props) {
  const { t } = useTranslation("repositories");
  const labels = useRepositoryLabels();
  const direction = useWatch<RepositoryForm, "direction">({ name: "direction" });
  const exchanged = Boolean(saved?.lastConnectTime && saved.uuid);
  return (
    <>
      <TextField name="name" label={labels.name} hint={t("form.nameHint")} required maxLength={64} autoComplete="off" />
      <TextField
        name="uuid"
        label={labels.uuid}
        hint={t(exchanged ? "form.uuidFixed" : direction === "remote" ? "form.uuidHint" : "form.uuidHintIncoming")}
        required={!saved}
        readOnly={exchanged}
        code
        autoComplete="off"
        maxLength={128}
      />
      {direction === "remote" ? (
        <RemoteFields saved={saved} mayTakeUuid={!exchanged} />
      ) : (
        <CheckField name="acceptPushes" label={labels.acceptPushes} hint={t("form.acceptPushesHint")} />
      )}
      <MoreSettings remote={direction === "remote"} />
    </>
  );
}

function RemoteFields({ saved, mayTakeUuid }: Props & { mayTakeUuid: boolean }) {
  const { t } = useTranslation("repositories");
  const labels = useRepositoryLabels();
  const kept = saved?.hasPassword ?? false;
  return (
    <>
      <TextField name="url" label={labels.url} hint={t("form.urlHint")} required type="url" inputMode="url" code autoComplete="off" />
      <TextField name="username" label={labels.username} hint={t("form.usernameHint")} required code autoComplete="off" />
      <TextField
        name="password"
        label={labels.password}
        hint={kept ? t("form.passwordSaved") : undefined}
        required={!kept}
        type="password"
        autoComplete="new-password"
      />
      <TextField name="proxyUrl" label={labels.proxyUrl} hint={t("form.proxyHint")} inputMode="url" code autoComplete="off" />
      <ConnectionTest repositoryId={saved?.id} mayTakeUuid={mayTakeUuid} />
    </>
  );
}

/** MoreSettings are those that most people never need. */
function MoreSettings({ remote }: { remote: boolean }) {
  const { t } = useTranslation(["repositories", "common"]);
  const labels = useRepositoryLabels();
  return (
    <details className="more-settings">
      <summary>{t("common:moreSettings")}</summary>
      <div>
        {remote && <CheckField name="acceptPushes" label={labels.acceptPushes} hint={t("form.acceptPushesHint")} />}
        {remote && <TextArea name="caCertificates" label={labels.caCertificates} hint={t("form.caHint")} code rows={5} />}
        <SelectField
          name="type"
          label={labels.type}
          hint={t("form.typeHint")}
          choices={types.map((value) => ({ value, label: t(`form.types.${value}`) }))}
        />
      </div>
    </details>
  );
}
