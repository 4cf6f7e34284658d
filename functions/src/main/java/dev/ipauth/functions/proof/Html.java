package dev.ipauth.functions.proof;

/** The frame of the pages here, in the dashboard's dress, and how a text is put into them. */
final class Html {
  private Html() {}

  static String page(String title, String main) {
    return """
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>%s</title>
            <link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/dashboard/style.css">
          </head>
          <body>
            <header class="top"><span class="brand">Outbound <span aria-hidden="true">›</span> SMTP</span></header>
            <main class="page narrow">
        %s
            </main>
          </body>
        </html>
        """
        .formatted(title, main.stripTrailing());
  }

  /** Alone in its direction: an account's name may be in any script. */
  static String name(String text) {
    return "<bdi>" + escaped(text) + "</bdi>";
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
