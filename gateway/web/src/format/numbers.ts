/** number reads an integer of 64 bits, which JSON carries as text; nothing is 0. */
export function number(value: string | number | null | undefined): number {
  const n = Number(value ?? 0);
  return Number.isFinite(n) ? n : 0;
}

/** Digits in which numbers are written. */
export type Digits = "latin" | "native";

/** tag is the locale for Intl: Latin digits unless the person wants those of the language, as UUIDs and logs have them. */
export function tag(language: string, digits: Digits): string {
  return digits === "native" ? language : `${language}-u-nu-latn`;
}

export function formatNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value);
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** formatBytes writes a size in the largest unit of a thousand that leaves at least one. */
export function formatBytes(bytes: number, locale: string): string {
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[step],
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}

/** formatRate writes records per second. */
export function formatRate(records: number, seconds: number, locale: string): string {
  if (seconds <= 0) return "";
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 }).format(records / seconds);
}
