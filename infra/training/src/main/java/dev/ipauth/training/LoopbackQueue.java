package dev.ipauth.training;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table {@code Queue} of one relay, which is always the first to write: every condition holds,
 * and a lease is nobody's business.
 */
final class LoopbackQueue {
  private static final Pattern ID = Pattern.compile("\"id\":\\{\"S\":\"(\\w+)\"\\}");
  private static final Pattern SHARD = Pattern.compile("\":shard\":(\\{\"S\":\"\\d\"\\})");
  private static final Duration MOMENT = Duration.ofMillis(2);
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
      case "PutItem", "TransactWriteItems" -> {
        takeAMoment();
        putAll(request);
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
      // A lease, or what became of a message.
      case "UpdateItem" -> "{}";
      default -> throw new IllegalArgumentException("the relay doesn't ask for " + operation);
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

  /** As a table does: rows that come meanwhile go together, which is to be learnt too. */
  private static void takeAMoment() {
    LockSupport.parkNanos(MOMENT.toNanos());
  }

  private void putAll(String request) {
    for (int at = request.indexOf(ITEM); at >= 0; at = request.indexOf(ITEM, at + 1)) {
      String row = row(request, at + ITEM.length());
      rows.put(id(row), row);
    }
  }

  /** No text of a row holds a brace. */
  private static String row(String request, int from) {
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
