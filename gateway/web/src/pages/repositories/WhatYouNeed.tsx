import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../../api/queries";
import { Uuid } from "../../ui/Copy";
import type { Direction } from "./form";

/** WhatYouNeed says what to ask the other administrator for, and what to tell them. */
export function WhatYouNeed({ direction }: { direction: Direction }) {
  const { t } = useTranslation("repositories");
  const { data: status } = useQuery(statusQuery);
  return (
    <>
      <p>{t(`need.${direction}`)}</p>
      {status && (
        <div>
          <p>{t("need.uuid")}</p>
          <Uuid value={status.repositoryUuid} what={t("registration.uuid")} />
        </div>
      )}
    </>
  );
}
