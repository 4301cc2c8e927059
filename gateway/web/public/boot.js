// Theme, language and direction are set before the first paint, so that nothing flashes.
(function () {
  var languages = ["en", "es", "fr", "ar"];
  var read = function (key) {
    try {
      return localStorage.getItem(key);
    } catch (e) {
      return null;
    }
  };
  var language = read("edensync.language");
  if (languages.indexOf(language) < 0) {
    language = (navigator.languages || [navigator.language])
      .map(function (tag) {
        return String(tag).slice(0, 2);
      })
      .find(function (tag) {
        return languages.indexOf(tag) >= 0;
      });
  }
  var root = document.documentElement;
  root.lang = language || "en";
  root.dir = root.lang === "ar" ? "rtl" : "ltr";
  var theme = read("edensync.theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  if (read("edensync.rows") === "compact") root.dataset.rows = "compact";
})();
