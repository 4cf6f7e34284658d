package dev.ipauth.training;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table {@code Queue} of one relay, which is always the first to write: every condition holds,
 * and a lease is nobody's business.
 */
final class LoopbackQueue {
  private static final Pattern ID = Pattern.compile("\"id\":\\{\"S\":\"(\\w+)\"\\}");
  private static final Pattern SHARD = Pattern.compile("\":shard\":(\\{\"S\":\"\\d\"\\})");
  private static final String ITEM = "\"Item\":";

  private final Map<String, String> rows = new ConcurrentHashMap<>();

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * What DynamoDB would answer.
   *
   * @param operation such as {@code PutItem}
   */
  String answer(String operation, String request) {
    return switch (operation) {
      case "PutItem" -> {
        rows.put(id(request), item(request));
        yield "{}";
      }
      case "GetItem" -> {
        String row = rows.get(id(request));
        yield row == null ? "{}" : "{" + ITEM + row + "}";
      }
      case "DeleteItem" -> {
        rows.remove(id(request));
        yield "{}";
      }
      case "Query" -> all("\"shard\":" + first(SHARD, request));
      case "Scan" -> all("");
      default -> "{}";
    };
  }

  /** When they are due, the relay looks itself. */
  private String all(String holding) {
    return rows.values().stream()
        .filter(row -> row.contains(holding))
        .collect(Collectors.joining(",", "{\"Items\":[", "]}"));
  }

  private static String id(String request) {
    return first(ID, request);
  }

  private static String first(Pattern pattern, String request) {
    var found = pattern.matcher(request);
    if (!found.find()) {
      throw new IllegalArgumentException("not as the relay asks: " + request);
    }
    return found.group(1);
  }

  /** No text of a row holds a brace. */
  private static String item(String request) {
    int from = request.indexOf(ITEM) + ITEM.length();
    int depth = 0;
    int at = from;
    do {
      char c = request.charAt(at);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
      at++;
    } while (depth > 0);
    return request.substring(from, at);
  }
}
