import { useTranslation } from "react-i18next";

import type { Job } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { Button } from "../../ui/Button";
import { ErrorNote } from "../../ui/ErrorNote";
import { Note } from "../../ui/Note";
import type { Switching } from "./useSwitch";

/** EnabledSwitch switches a job on and off; who may not sees whether it is on. */
export function EnabledSwitch({ job, onChange }: { job: Job; onChange(id: string, enabled: boolean): void }) {
  const { t } = useTranslation("schedule");
  const format = useFormat();
  const administers = useMay("administer");
  const word = t(job.enabled ? "on" : "off");
  if (!administers) return word;
  const time = job.startTime ? format.time(new Date(job.startTime), "UTC") : "";
  return (
    <label className="switch">
      <input type="checkbox" role="switch" checked={job.enabled} onChange={(event) => onChange(job.id, event.target.checked)} />
      {word} <span className="unseen">{t("switchOf", { time })}</span>
    </label>
  );
}

/** SwitchNote says what the last switch did, and takes it back. */
export function SwitchNote({ switching: { last, undo, error } }: { switching: Switching }) {
  const { t } = useTranslation("schedule");
  return (
    <div role="status">
      {error && <ErrorNote error={error} alert={false} />}
      {last && (
        <Note kind="ok">
          <p className="row">
            {t(last.enabled ? "switchedOn" : "switchedOffByYou")}
            <Button look="quiet" onClick={undo}>
              {t("undo")}
            </Button>
          </p>
        </Note>
      )}
    </div>
  );
}
