import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Page } from "../../ui/Page";
import { LogView } from "./LogView";

/** LogPage is the log of the whole site. */
export default function LogPage() {
  const { t } = useTranslation("log");
  const search = useSearch({ from: "/app/log" });
  const navigate = useNavigate({ from: "/log" });
  return (
    <Page title={t("title")}>
      <LogView
        search={search}
        change={(some, replace) =>
          void navigate({ search: (old) => ({ ...old, page: undefined, ...some }), replace, resetScroll: "page" in some })
        }
      />
    </Page>
  );
}
