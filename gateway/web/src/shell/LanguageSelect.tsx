import { useTranslation } from "react-i18next";

import { changeLanguage } from "../i18n/i18n";
import { isLanguage, languages } from "../i18n/languages";

/** LanguageSelect names each language in itself, so that everybody finds their own. */
export function LanguageSelect() {
  const { t, i18n } = useTranslation();
  return (
    <select
      className="language"
      aria-label={t("language")}
      value={i18n.language}
      onChange={(event) => {
        const chosen = event.target.value;
        if (isLanguage(chosen)) void changeLanguage(chosen);
      }}
    >
      {Object.entries(languages).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}
