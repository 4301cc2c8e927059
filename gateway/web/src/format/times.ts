/** seconds reads a duration of the interface, such as "300s"; nothing is 0. */
export function seconds(duration: string | null | undefined): number {
  const value = parseFloat(duration ?? "");
  return Number.isFinite(value) ? value : 0;
}

/** toDuration writes a duration for the interface. */
export function toDuration(value: number): string {
  return `${Math.round(value * 1000) / 1000}s`;
}

const longest = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** formatDuration writes a time span in its two largest units: "2 hr 5 min", "11 sec", "0.4 sec". */
export function formatDuration(value: number, locale: string): string {
  const write = (amount: number, unit: string, digits = 0) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: digits }).format(amount);
  const size = Math.abs(value);
  if (size < 10) return write(value, "second", size < 1 ? 2 : 1);
  const whole = Math.round(size);
  const at = longest.findIndex(([, length]) => whole >= length);
  const [unit, length] = longest[at] ?? longest[3];
  const next = longest[at + 1];
  const amount = Math.floor(whole / length);
  const rest = next ? Math.floor((whole - amount * length) / next[1]) : 0;
  const parts = [write(value < 0 ? -amount : amount, unit), ...(next && rest > 0 ? [write(rest, next[0])] : [])];
  return parts.join(" ");
}

/** formatSeconds writes a time span in seconds, as it is entered where the guide says seconds: "340 sec". */
export function formatSeconds(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "unit", unit: "second", unitDisplay: "short" }).format(value);
}

/** formatRelative writes a time as seen from now: "3 minutes ago", "in 2 hours". */
export function formatRelative(time: Date, now: Date, locale: string): string {
  const distance = (time.getTime() - now.getTime()) / 1000;
  const [unit, length] = longest.find(([, l]) => Math.abs(distance) >= l) ?? longest[3];
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(distance / length), unit);
}

const day = { year: "numeric", month: "short", day: "numeric" } as const;
const minute = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** Zone in which a time is written: UTC as it is stored, or the viewer's own. */
export type Zone = "UTC" | "local";

/** formatTime writes a time to the minute, or to the second, without its zone; the date is left out when it is today. */
export function formatTime(time: Date, locale: string, zone: Zone, options: { now?: Date; seconds?: boolean } = {}): string {
  const timeZone = zone === "UTC" ? "UTC" : undefined;
  const date = new Intl.DateTimeFormat(locale, { ...day, timeZone });
  const today = options.now !== undefined && date.format(time) === date.format(options.now);
  const clock = { ...minute, ...(options.seconds ? { second: "2-digit" as const } : {}), timeZone };
  return new Intl.DateTimeFormat(locale, today ? clock : { ...day, ...clock }).format(time);
}

/** localZone is the viewer's zone as people write it, such as GMT+5:45. */
export function localZone(time: Date, locale: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(time);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** toInputUTC writes a time for <input type="datetime-local">, whose value has no zone and is taken as UTC here. */
export function toInputUTC(time: string | null | undefined): string {
  return time ? new Date(time).toISOString().slice(0, 16) : "";
}

/** fromInputUTC reads it back; empty is null. */
export function fromInputUTC(value: string): string | null {
  const time = new Date(`${value}Z`);
  return value === "" || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
