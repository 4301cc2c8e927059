import { useQueryClient } from "@tanstack/react-query";
import type { FieldValues, Path, Resolver } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { statusQuery } from "../../api/queries";
import type { Settings } from "../../api/types";
import { useApiForm } from "../../form/useApiForm";
import { announce } from "../../ui/Announce";
import { type Change, saveSettings, settingsQuery } from "./queries";

/** The part of the settings that a page shows as a form. */
interface Part<T extends FieldValues> {
  read(settings: Settings): T;
  write(values: T): Change;
  resolver?: Resolver<T & Versioned>;
  /** Names of fields of the form for settings, where they differ. */
  fields?: Record<string, Path<T & Versioned>>;
}

/** The version of the settings that a form began with. */
interface Versioned {
  etag: string;
}

/** useSettingsForm is a form for a part of the settings; changes of other parts do not disturb it. */
export function useSettingsForm<T extends FieldValues>(settings: Settings, { read, write, resolver, fields }: Part<T>) {
  const { t } = useTranslation("settings");
  const queries = useQueryClient();
  const values = (present: Settings): T & Versioned => ({ ...read(present), etag: present.etag });
  const keep = (present: Settings) => {
    queries.setQueryData(settingsQuery.queryKey, present);
    return values(present);
  };
  return useApiForm<T & Versioned>({
    values: values(settings),
    resolver,
    fields,
    latest: async () => keep(await queries.fetchQuery({ ...settingsQuery, staleTime: 0 })),
    submit: async (given, before) => {
      const saved = await saveSettings(write(given), given.etag, (present) => same(read(present), before));
      void queries.invalidateQueries({ queryKey: statusQuery.queryKey });
      announce(t("updated"));
      return keep(saved);
    },
  });
}

/** same tells whether all values of a part are those that a form began with. */
export function same(part: FieldValues, before: FieldValues): boolean {
  return Object.entries(part).every(([name, value]) => JSON.stringify(value) === JSON.stringify(before[name]));
}
