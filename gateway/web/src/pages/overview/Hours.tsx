import { useTranslation } from "react-i18next";

import { localZone, type Zone } from "../../format/times";
import { useFormat } from "../../format/useFormat";

/** Into how many parts a stretch of time is divided. */
const parts = 4;

/** Hours stand below a drawing of time: in UTC, and on the viewer's clock where that differs. */
export function Hours({ from, to }: { from: Date; to: Date }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const times = Array.from({ length: parts + 1 }, (_, i) => new Date(from.getTime() + ((to.getTime() - from.getTime()) * i) / parts));
  const zones: [Zone, string][] = [["UTC", t("utc")]];
  if (from.getTimezoneOffset() !== 0) zones.push(["local", t("local", { zone: localZone(from, format.locale) })]);
  return (
    <div className="hours" aria-hidden="true">
      {zones.map(([zone, name]) => (
        <p key={zone}>
          {times.map((time, i) => (
            <span key={i}>
              {format.time(time, zone, { now: time })} {i === 0 && name}
            </span>
          ))}
        </p>
      ))}
    </div>
  );
}
