import { useTranslation } from "react-i18next";

import type { Repository } from "../../api/types";
import { useMay } from "../../session/session";
import { Button, ButtonLink } from "../../ui/Button";
import { ErrorNote } from "../../ui/ErrorNote";
import { usePause } from "./usePause";
import { useSynchronize } from "./useSynchronize";

/** RepositoryActions are the buttons at the head of every page of a repository; what fails is said below them. */
export function RepositoryActions({ repository: { id, state, paused, activity } }: { repository: Repository }) {
  const { t } = useTranslation("repositories");
  const operates = useMay("operate");
  const synchronize = useSynchronize();
  const pause = usePause(id);
  if (!operates) return null;
  const error = synchronize.error ?? pause.error;
  return (
    <>
      <div className="row">
        {activity?.activeRunId ? (
          <ButtonLink to="/runs/$id" params={{ id: activity.activeRunId }}>
            {t("watch")}
          </ButtonLink>
        ) : (
          state === "ACTIVE" && (
            <Button busy={synchronize.isPending} onClick={() => synchronize.mutate(id)}>
              {t("synchronizeNow")}
            </Button>
          )
        )}
        <Button busy={pause.isPending} onClick={() => pause.mutate(!paused)}>
          {t(paused ? "resume" : "pause")}
        </Button>
      </div>
      {error && <div className="whole">{<ErrorNote error={error} />}</div>}
    </>
  );
}
