import { useTranslation } from "react-i18next";

import type { Task } from "../../api/types";
import { useFormat } from "../../format/useFormat";
import { Note } from "../../ui/Note";
import { Arrows } from "./Arrows";
import { Foretold } from "./Foretold";
import { readTask, ruleOf } from "./form";

/** ResourceFacts shows how a resource is exchanged to those who may not change it. */
export function ResourceFacts({ task }: { task: Task }) {
  const { t } = useTranslation(["resources", "common"]);
  const format = useFormat();
  const strategy = task.strategy.map((method) => t(`methods.${method as "CREATE"}`));
  return (
    <div className="stack">
      <Note kind="info">
        <p>{t("readOnly")}</p>
      </Note>
      <dl className="facts">
        <dt>{t("mode")}</dt>
        <dd>
          <Arrows mode={task.mode} /> {t(`modes.${task.mode as "PULL"}`)}
        </dd>
        <dt>{t("strategy")}</dt>
        <dd>{strategy.length === 0 ? t("noMethod") : format.list(strategy)}</dd>
        <dt>{t("updatePolicy")}</dt>
        <dd>
          {task.updatePolicy}: {t(`policy.${task.updatePolicy as "NEWER"}.sentence`)}
        </dd>
        <dt>{t("conflictPolicy")}</dt>
        <dd>
          {task.conflictPolicy}: {t(`policy.${task.conflictPolicy as "NEWER"}.sentence`)}
        </dd>
        <dt>{t("filters")}</dt>
        <dd>
          {task.filters.length === 0
            ? t("common:none")
            : task.filters.map((filter, i) => (
                <p key={i}>
                  <code dir="ltr" className="break">
                    [{filter?.tablename}]{filter?.filterString}
                  </code>
                </p>
              ))}
        </dd>
      </dl>
      <Foretold rule={ruleOf(readTask(task))} />
    </div>
  );
}
