package dev.ipauth.functions.problem;

import io.micronaut.http.HttpMethod;
import java.util.HashMap;
import java.util.Map;

/** Ends a request with a problem. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  // RFC 5789 section 2.2
  static final String ACCEPT_PATCH = "Accept-Patch";
  static final String PATCHES = "application/merge-patch+json, application/json";

  private final transient Problem problem;
  private final transient Map<String, String> headers;

  /**
   * @param headers of the answer, such as {@code Retry-After}
   */
  public Refusal(Problem problem, Map<String, String> headers) {
    super(problem.detail());
    this.problem = problem;
    this.headers = headers;
  }

  public Refusal(Problem problem) {
    this(problem, Map.of());
  }

  public Refusal(ProblemType type, String detail) {
    this(Problem.of(type, detail));
  }

  /** Of a body in a form that nobody here reads. */
  public static Refusal unsupportedMediaType(HttpMethod method, String detail) {
    return new Refusal(
        Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail),
        method == HttpMethod.PATCH ? Map.of(ACCEPT_PATCH, PATCHES) : Map.of());
  }

  /** Of a path that leads nowhere. */
  public static Refusal notFound() {
    return new Refusal(
        ProblemType.NOT_FOUND, "There is nothing here. Check the path for a misspelling.");
  }

  /** Of a user that is missing, and of another account's: nobody can tell one from the other. */
  public static Refusal noSuchUser() {
    return new Refusal(ProblemType.NOT_FOUND, "There is no such SMTP user in this account.");
  }

  /** The same, with one more header. */
  public Refusal with(String name, String value) {
    var all = new HashMap<>(headers);
    all.put(name, value);
    return new Refusal(problem, all);
  }

  public Problem problem() {
    return problem;
  }

  Map<String, String> headers() {
    return headers;
  }
}
