import { api, call } from "../../api/client";
import type { Repository } from "../../api/types";
import { rules } from "../../form/rules";
import { useApiForm } from "../../form/useApiForm";
import { blank, check, type RepositoryForm, toRepository } from "./form";

/** useNewRepository is the form for a repository that is not there yet. It is saved whatever comes of its registration. */
export function useNewRepository(onSaved: (repository: Repository) => Promise<void>) {
  return useApiForm<RepositoryForm>({
    values: blank,
    resolver: rules((values) => check(values)),
    submit: async (values) => {
      await onSaved(await call(api.POST("/api/v1/repositories", { body: toRepository(values) })));
    },
  });
}
