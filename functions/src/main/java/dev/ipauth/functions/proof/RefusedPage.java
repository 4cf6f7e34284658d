package dev.ipauth.functions.proof;

import dev.ipauth.functions.problem.Problem;

/** A refusal, for somebody with a phone in the hand. */
final class RefusedPage {
  private RefusedPage() {}

  static String html(Problem problem) {
    return Html.page(
        Html.escaped(problem.title()),
        """
              <h1>%s</h1>
              <p class="lead">%s</p>
              %s
        """
            .formatted(
                Html.escaped(problem.title()),
                Html.escaped(problem.detail()),
                isWorthAnotherLook(problem)
                    // To the address that this answer came from, whichever it is.
                    ? "<p><a class=\"button plain\" href=\"\">Open the page again</a></p>"
                    : ""));
  }

  private static boolean isWorthAnotherLook(Problem problem) {
    return switch (problem.status()) {
      case 403, 409, 415, 503 -> true;
      default -> false;
    };
  }
}
