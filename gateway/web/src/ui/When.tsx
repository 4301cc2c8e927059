import { useTranslation } from "react-i18next";

import { localZone } from "../format/times";
import { useFormat } from "../format/useFormat";
import { useNow } from "../format/useNow";

interface Props {
  time: string | null | undefined;
  /** What stands where there is no time. */
  none?: string;
}

/** When is a time in a list: how long ago, and below it exactly, in UTC. Nothing hides in a tooltip. */
export function When({ time, none }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  if (!time) return <span className="faint">{none ?? t("never")}</span>;
  const date = new Date(time);
  return (
    <time dateTime={time} className="when">
      <span>{format.relative(date, now)}</span> <small>{t("atUtc", { time: format.time(date, "UTC", { now }) })}</small>
    </time>
  );
}

/**
 * Moment is a time in a page: exact, in UTC, with the viewer's own time beside it where that differs. A dated one names its day also
 * when that is today, for what is read, sent and kept.
 */
export function Moment({ time, none, seconds, dated }: Props & { seconds?: boolean; dated?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const clock = useNow();
  if (!time) return <span className="faint">{none ?? t("never")}</span>;
  const date = new Date(time);
  const now = dated ? undefined : clock;
  const utc = format.time(date, "UTC", { now, seconds });
  const local = format.time(date, "local", { now, seconds });
  return (
    <time dateTime={time} className="moment">
      {t("atUtc", { time: utc })}
      {date.getTimezoneOffset() !== 0 && <small> {t("atLocal", { time: local, zone: localZone(date, format.locale) })}</small>}
    </time>
  );
}
