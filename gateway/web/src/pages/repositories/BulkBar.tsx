import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Repository } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { useMay } from "../../session/session";
import { Button } from "../../ui/Button";
import { BulkOutcomes } from "./BulkOutcomes";
import { type Schedule, applySchedule, startsOf } from "./schedule";
import { ScheduleDialog } from "./ScheduleDialog";
import { type BulkAction, useBulk } from "./useBulk";
import { pauseRepository } from "./usePause";
import { startRun } from "./useSynchronize";

interface Props {
  selected: Repository[];
  /** The box that ticks all rows of the page. */
  all: { checked: boolean; some: boolean; toggle(on: boolean): void };
}

/** BulkBar acts on all ticked repositories and says for each what came out. */
export function BulkBar({ selected, all }: Props) {
  const { t } = useTranslation("repositories");
  const format = useFormat();
  const administers = useMay("administer");
  const bulk = useBulk();
  const [scheduling, setScheduling] = useState(false);
  const run = (action: BulkAction, act: (id: string) => Promise<string | void>) => void bulk.start(action, selected, act);
  const schedule = (wish: Schedule) => {
    const starts = startsOf(selected.length, wish.runEvery, new Date());
    const start = new Map(selected.map(({ id }, i) => [id, starts[i]!]));
    setScheduling(false);
    run("schedule", (id) => applySchedule(id, wish, start.get(id)!));
  };
  const pause = (on: boolean) => async (id: string) => void (await pauseRepository(id, on));
  const none = selected.length === 0;
  return (
    <>
      <div className="ticked" role="group" aria-label={t("bulk.label")}>
        <label className="choice">
          <input
            type="checkbox"
            checked={all.checked}
            ref={(box) => void (box && (box.indeterminate = all.some && !all.checked))}
            onChange={(event) => all.toggle(event.target.checked)}
          />
          {none ? t("bulk.all") : t("bulk.selected", { count: selected.length, formatted: format.number(selected.length) })}
        </label>
        {!none && (
          <>
            <Button busy={bulk.busy} onClick={() => run("synchronize", startRun)}>
              {t("synchronizeNow")}
            </Button>
            <Button busy={bulk.busy} onClick={() => run("pause", pause(true))}>
              {t("pause")}
            </Button>
            <Button busy={bulk.busy} onClick={() => run("resume", pause(false))}>
              {t("resume")}
            </Button>
            {administers && (
              <Button busy={bulk.busy} onClick={() => setScheduling(true)}>
                {t("bulk.schedule")}
              </Button>
            )}
          </>
        )}
      </div>
      {bulk.action && <BulkOutcomes action={bulk.action} outcomes={bulk.outcomes} onDismiss={bulk.dismiss} />}
      <ScheduleDialog open={scheduling} count={selected.length} onApply={schedule} onClose={() => setScheduling(false)} />
    </>
  );
}
