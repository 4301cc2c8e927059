import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useFormat } from "../../format/useFormat";
import { ConfirmDialog } from "../../ui/Dialog";
import { Loaded } from "../../ui/Loaded";
import type { BulkAction, Target } from "../repositories/useBulk";
import { startRun } from "../repositories/useSynchronize";
import { activeRepositories } from "./queries";

interface Props {
  open: boolean;
  onClose(): void;
  onStart(action: BulkAction, targets: Target[], act: (id: string) => Promise<string | void>): Promise<void>;
}

/** SynchronizeAll asks once, with the number of sites that will be called. */
export function SynchronizeAll({ open, onClose, onStart }: Props) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const query = useQuery({ queryKey: ["repositories", "active"], queryFn: activeRepositories, enabled: open, staleTime: 0 });
  const targets = query.data ?? [];
  const start = () => {
    onClose();
    void onStart("synchronize", targets, startRun);
  };
  return (
    <ConfirmDialog
      title={t("synchronizeAll")}
      open={open}
      onClose={onClose}
      action={t("synchronizeCount", { count: targets.length, formatted: format.number(targets.length) })}
      ready={targets.length > 0}
      onConfirm={start}
    >
      <Loaded query={query} rows={1}>
        {(all) => (
          <p>{all.length === 0 ? t("noneToSynchronize") : t("allText", { count: all.length, formatted: format.number(all.length) })}</p>
        )}
      </Loaded>
    </ConfirmDialog>
  );
}
