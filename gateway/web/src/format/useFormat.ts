import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { formatBytes, formatNumber, formatRate, tag } from "./numbers";
import { usePreferences } from "./preferences";
import { formatDuration, formatRelative, formatSeconds, formatTime, type Zone } from "./times";

/** How far the server counts conflicts and rejects. */
const mostCounted = 10_000;

/** useFormat writes numbers and times in the language and digits of the person. */
export function useFormat() {
  const { i18n } = useTranslation();
  const { digits } = usePreferences();
  const locale = tag(i18n.language, digits);
  return useMemo(
    () => ({
      locale,
      number: (value: number) => formatNumber(value, locale),
      /** A count that the server ends at 10,000. */
      total: (value: number) => formatNumber(value, locale) + (value >= mostCounted ? "+" : ""),
      bytes: (value: number) => formatBytes(value, locale),
      rate: (records: number, time: number) => formatRate(records, time, locale),
      duration: (value: number) => formatDuration(value, locale),
      seconds: (value: number) => formatSeconds(value, locale),
      relative: (time: Date, now: Date) => formatRelative(time, now, locale),
      time: (time: Date, zone: Zone, options?: { now?: Date; seconds?: boolean }) => formatTime(time, locale, zone, options),
      list: (items: string[]) => new Intl.ListFormat(locale, { type: "conjunction" }).format(items),
    }),
    [locale],
  );
}

export type Format = ReturnType<typeof useFormat>;
