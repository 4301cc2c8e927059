import { useTranslation } from "react-i18next";

import { useFormat } from "../format/useFormat";

/** Tick is one run, or one stretch of time: what was pushed rises above the line, what was pulled falls below. */
export interface Tick {
  pulled: number;
  pushed: number;
  failed: boolean;
}

interface Props {
  ticks: Tick[];
  /** How many ticks there is room for; the latest stand at the end. */
  room?: number;
  width?: number;
  height?: number;
  /** What the whole drawing is about, for those who do not see it; made of the ticks if absent. */
  label?: string;
}

/** TideGauge draws the exchange as tides: three paths, however many ticks. Time runs in the direction of reading. */
export function TideGauge({ ticks, room = 28, width = 168, height = 38, label }: Props) {
  const summary = useSummary(ticks);
  const drawn = ticks.slice(-room);
  const step = width / room;
  const middle = height / 2;
  const scale = scaleOf(drawn, middle - 2);
  const at = (i: number) => round((room - drawn.length + i + 0.5) * step);
  const bars = (size: (tick: Tick) => number, towards: 1 | -1) =>
    drawn.map((tick, i) => (size(tick) > 0 ? `M${at(i)} ${middle}v${round(towards * scale(size(tick)))}` : "")).join("");
  const arm = round(height * 0.058);
  const cross = `l${2 * arm} ${2 * arm}m0-${2 * arm}l-${2 * arm} ${2 * arm}`;
  const crosses = drawn.map((tick, i) => (tick.failed ? `M${round(at(i) - arm)} ${round(middle - arm)}${cross}` : "")).join("");
  return (
    <svg className="gauge" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label ?? summary}>
      <path className="gauge-line" d={`M0 ${middle}H${width}`} />
      <path className="gauge-push" d={bars((t) => t.pushed, -1)} strokeWidth={round(step * 0.6)} />
      <path className="gauge-pull" d={bars((t) => t.pulled, 1)} strokeWidth={round(step * 0.6)} />
      <path className="gauge-fail" d={crosses} />
    </svg>
  );
}

/** scaleOf is a square root, so that a first load does not flatten every day after it; a single record is still seen. */
function scaleOf(ticks: Tick[], reach: number): (value: number) => number {
  const most = Math.max(1, ...ticks.flatMap((t) => [t.pulled, t.pushed]));
  return (value) => Math.max(2, reach * Math.sqrt(value / most));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function useSummary(ticks: Tick[]): string {
  const { t } = useTranslation();
  const format = useFormat();
  if (ticks.length === 0) return t("gauge.empty");
  const sum = (of: (tick: Tick) => number) => format.number(ticks.reduce((total, tick) => total + of(tick), 0));
  return t("gauge.summary", {
    count: ticks.length,
    runs: format.number(ticks.length),
    pulled: sum((tick) => tick.pulled),
    pushed: sum((tick) => tick.pushed),
    failed: sum((tick) => (tick.failed ? 1 : 0)),
  });
}

/** GaugeLegend explains the drawing once on a page. */
export function GaugeLegend() {
  const { t } = useTranslation();
  return (
    <p className="legend">
      <span className="swatch push" /> {t("gauge.pushed")} <span className="swatch pull" /> {t("gauge.pulled")}{" "}
      <span className="swatch fail">×</span> {t("gauge.failed")}
    </p>
  );
}
