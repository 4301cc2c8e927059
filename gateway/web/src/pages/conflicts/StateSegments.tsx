import { useTranslation } from "react-i18next";

interface Props {
  states: readonly string[];
  state: string;
  nameOf(state: string): string;
  onState(state: string): void;
}

/** StateSegments chooses which states a list shows. */
export function StateSegments({ states, state, nameOf, onState }: Props) {
  const { t } = useTranslation("conflicts");
  return (
    <div className="segments" role="group" aria-label={t("state")}>
      {states.map((name) => (
        <button key={name} type="button" aria-pressed={name === state} onClick={() => onState(name)}>
          {nameOf(name)}
        </button>
      ))}
    </div>
  );
}
