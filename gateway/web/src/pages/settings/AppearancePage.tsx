import { useId } from "react";
import { useTranslation } from "react-i18next";

import { formatNumber, tag } from "../../format/numbers";
import { type Preferences, setPreferences, usePreferences } from "../../format/preferences";
import { changeLanguage } from "../../i18n/i18n";
import { isLanguage, languages } from "../../i18n/languages";

/** AppearancePage: how the app looks to the person at this browser. There is nothing to save. */
export default function AppearancePage() {
  const { t, i18n } = useTranslation(["settings", "common"]);
  const preferences = usePreferences();
  const example = (digits: Preferences["digits"]) =>
    t("appearance.digitsExample", { number: formatNumber(12_345.6, tag(i18n.language, digits)) });
  return (
    <div className="form stack">
      <p className="hint">{t("appearance.lead")}</p>
      <Choices
        name="theme"
        label={t("appearance.theme")}
        value={preferences.theme}
        choices={[
          ["auto", t("common:theme.auto")],
          ["light", t("common:theme.light")],
          ["dark", t("common:theme.dark")],
        ]}
      />
      <LanguageField />
      <Choices
        name="digits"
        label={t("appearance.digits")}
        value={preferences.digits}
        choices={[
          ["latin", t("appearance.latin"), example("latin")],
          ["native", t("appearance.native"), example("native")],
        ]}
      />
      <Choices
        name="rows"
        label={t("appearance.rows")}
        value={preferences.rows}
        choices={[
          ["comfortable", t("appearance.comfortable")],
          ["compact", t("appearance.compact")],
        ]}
      />
      <ShortcutsField on={preferences.shortcuts} />
    </div>
  );
}

type Choice<V> = [value: V, label: string, hint?: string];

interface ChoicesProps<K extends keyof Preferences> {
  name: K;
  label: string;
  value: Preferences[K];
  choices: Choice<Preferences[K]>[];
}

function Choices<K extends "theme" | "digits" | "rows">({ name, label, value, choices }: ChoicesProps<K>) {
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      {choices.map(([choice, text, hint]) => (
        <label key={choice} className="choice">
          <input type="radio" name={name} checked={choice === value} onChange={() => setPreferences({ [name]: choice })} />
          <span>
            <span className="choice-label">{text}</span>
            {hint && <small>{hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function LanguageField() {
  const { t, i18n } = useTranslation("settings");
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t("appearance.language")}</label>
      <select
        id={id}
        value={i18n.language}
        onChange={({ target: { value } }) => {
          if (isLanguage(value)) void changeLanguage(value);
        }}
      >
        {Object.entries(languages).map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function ShortcutsField({ on }: { on: boolean }) {
  const { t } = useTranslation("settings");
  const id = useId();
  return (
    <div className="field check">
      <input
        id={id}
        type="checkbox"
        checked={on}
        onChange={(event) => setPreferences({ shortcuts: event.target.checked })}
        aria-describedby={`${id}-hint`}
      />
      <label htmlFor={id}>{t("appearance.shortcuts")}</label>
      <p className="hint" id={`${id}-hint`}>
        {t("appearance.shortcutsHint")}
      </p>
    </div>
  );
}
