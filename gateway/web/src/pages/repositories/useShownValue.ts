import { useTranslation } from "react-i18next";

/** useShownValue writes values of the form for people, where two versions are compared. */
export function useShownValue() {
  const { t } = useTranslation(["repositories", "common"]);
  return (name: string, value: unknown): string => {
    if (typeof value === "boolean") return t(value ? "common:yes" : "common:no");
    const text = String(value ?? "");
    if (text === "") return "–";
    if (name === "password") return "•••";
    if (name === "direction") return t(`form.${text as "remote"}`);
    if (name === "type") return t(`form.types.${text as "EDEN"}`);
    return text;
  };
}
