import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { repositoryQuery } from "../../api/queries";
import { LogView } from "./LogView";

/** RepositoryLogPage is the log of one repository, as a tab of its page. */
export default function RepositoryLogPage() {
  const { id } = useParams({ from: "/app/repositories/$id/log" });
  const search = useSearch({ from: "/app/repositories/$id/log" });
  const navigate = useNavigate({ from: "/repositories/$id/log" });
  const { data } = useQuery(repositoryQuery(id));
  return (
    <LogView
      search={search}
      repository={{ id, name: data?.name ?? id }}
      change={(some, replace) =>
        void navigate({ search: (old) => ({ ...old, page: undefined, ...some }), replace, resetScroll: "page" in some })
      }
    />
  );
}
