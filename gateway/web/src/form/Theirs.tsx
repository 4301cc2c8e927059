import type { FieldValues } from "react-hook-form";
import { useTranslation } from "react-i18next";

import { Button } from "../ui/Button";
import { Note } from "../ui/Note";
import type { ApiForm } from "./useApiForm";

interface Props<T extends FieldValues> {
  form: ApiForm<T>;
  labels: Record<string, string>;
  /** Writes a value for people; without it values are shown as they are. */
  show?: (name: string, value: unknown) => string;
  /** Takes values apart where a field holds more than one; its names need no label. */
  parts?: (values: T) => Record<string, unknown>;
}

/** Theirs shows what somebody else has saved meanwhile beside what was typed; nothing is overwritten unseen. */
export function Theirs<T extends FieldValues>({ form, labels, show = (_, value) => text(value), parts }: Props<T>) {
  const { t } = useTranslation();
  const { choose } = form;
  if (!form.theirs) return null;
  const [mine, theirs] = [form.form.getValues(), form.theirs].map((values): Record<string, unknown> => parts?.(values) ?? values) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const names = parts ? [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].sort() : Object.keys(labels);
  const differing = names.filter((name) => text(mine[name]) !== text(theirs[name]));
  return (
    <Note kind="warning" alert>
      <p>{t("stale.text")}</p>
      <table>
        <caption className="unseen">{t("stale.text")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("stale.field")}</th>
            <th scope="col">{t("stale.mine")}</th>
            <th scope="col">{t("stale.theirs")}</th>
          </tr>
        </thead>
        <tbody>
          {differing.map((name) => (
            <tr key={name}>
              <th scope="row">{labels[name] ?? name}</th>
              <td data-l={t("stale.mine")}>
                <bdi>{show(name, mine[name])}</bdi>
              </td>
              <td data-l={t("stale.theirs")}>
                <bdi>{show(name, theirs[name])}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="actions">
        <Button onClick={() => choose("mine")}>{t("stale.keepMine")}</Button>
        <Button onClick={() => choose("theirs")}>{t("stale.takeTheirs")}</Button>
      </p>
    </Note>
  );
}

function text(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
