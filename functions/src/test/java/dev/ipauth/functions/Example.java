package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One exchange of an example file: the request, a line {@code ->} and the status, and what must be
 * in the answer.
 *
 * <p>{@code as acme} behind the path sends a token of that account. In an expected answer {@code …}
 * stands for anything, and <code>${name}</code> for anything that later exchanges of the file can
 * say with the same words. A body must match to the end, white space between its fields aside.
 */
record Example(String text) {
  private static final Pattern REQUEST_LINE = Pattern.compile("(\\w+) (\\S+)(?: as (\\S+))?");
  private static final Pattern HOLE = Pattern.compile("…|\\$\\{(\\w+)}");

  void run(Platform platform, Map<String, String> known) throws IOException, InterruptedException {
    int arrow = text.indexOf("\n-> ");
    Part asked = Part.read(text.substring(0, arrow).strip());
    Part expected = Part.read(text.substring(arrow + 4).strip());
    HttpResponse<String> answer = platform.send(request(platform, asked.filledIn(known)));
    String seen = answer.statusCode() + "\n" + answer.headers().map() + "\n" + answer.body();
    assertEquals(expected.first(), Integer.toString(answer.statusCode()), text + "\n\n" + seen);
    expected
        .headers()
        .forEach(
            (name, value) ->
                match(value, answer.headers().firstValue(name).orElse("(none)"), known, seen));
    match(compact(expected.body()), compact(answer.body()), known, text + "\n\n" + seen);
  }

  private static HttpRequest request(Platform platform, Part asked) {
    Matcher line = REQUEST_LINE.matcher(asked.first());
    assertTrue(line.matches(), asked.first());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(platform.uri(line.group(2)))
            .method(line.group(1), HttpRequest.BodyPublishers.ofString(asked.body()));
    asked.headers().forEach(request::header);
    if (line.group(3) != null) {
      request.header("Authorization", "Bearer " + platform.token(line.group(3)));
    }
    if (asked.body().startsWith("{") && !asked.headers().containsKey("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    return request.build();
  }

  private static void match(
      String expected, String actual, Map<String, String> known, String context) {
    Matcher hole = HOLE.matcher(expected);
    StringBuilder regex = new StringBuilder();
    int end = 0;
    while (hole.find()) {
      regex.append(Pattern.quote(expected.substring(end, hole.start())));
      regex.append(hole.group(1) == null ? "(?s:.*?)" : word(hole.group(1), known, regex));
      end = hole.end();
    }
    regex.append(Pattern.quote(expected.substring(end)));
    Matcher matcher = Pattern.compile(regex.toString()).matcher(actual);
    assertTrue(matcher.matches(), () -> "Expected " + expected + "\nin\n" + context);
    matcher.namedGroups().keySet().forEach(name -> known.put(name, matcher.group(name)));
  }

  private static String word(String name, Map<String, String> known, CharSequence before) {
    String group = "(?<" + name + ">";
    String value = known.get(name);
    if (value != null) {
      return Pattern.quote(value);
    }
    return before.toString().contains(group) ? "\\k<" + name + ">" : group + "[^\"]+)";
  }

  // Only between tokens; good enough for examples, whose texts have no quote in them.
  private static String compact(String json) {
    return json.strip()
        .replaceAll("\\s*\\n\\s*", "")
        .replaceAll("([:,{\\[]) +(?=[\"\\[{\\w…$])", "$1");
  }

  /** A first line, headers, an empty line, a body. */
  private record Part(String first, Map<String, String> headers, String body) {
    static Part read(String text) {
      String[] headAndBody = text.split("\\n\\n", 2);
      List<String> head = headAndBody[0].lines().toList();
      Map<String, String> headers = new LinkedHashMap<>();
      for (String line : head.subList(1, head.size())) {
        String[] header = line.split(": ", 2);
        headers.put(header[0], header[1]);
      }
      return new Part(head.getFirst(), headers, headAndBody.length == 2 ? headAndBody[1] : "");
    }

    Part filledIn(Map<String, String> known) {
      Map<String, String> filledIn = new HashMap<>();
      headers.forEach((name, value) -> filledIn.put(name, fill(value, known)));
      return new Part(fill(first, known), filledIn, fill(body, known));
    }

    private static String fill(String text, Map<String, String> known) {
      String filledIn = text;
      for (Map.Entry<String, String> word : known.entrySet()) {
        filledIn = filledIn.replace("${" + word.getKey() + "}", word.getValue());
      }
      return filledIn;
    }
  }
}
