package dev.ipauth.embedded;

import dev.ipauth.embedded.values.RowJson;
import dev.ipauth.embedded.values.RowSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Some rows, one after another.
 *
 * @param looked at, of which the filter took {@code count}
 * @param last the key that the next page begins behind; empty when there is none
 */
record Page(
    List<Map<String, AttributeValue>> rows,
    int count,
    int looked,
    Map<String, AttributeValue> last) {
  private static final int LARGEST = 1 << 20;

  static Page read(Rows rows, PageRequest request) {
    var reader = new Reader(request);
    rows.visit(statement(request), row -> reader.take(RowJson.read(row.getBytes(1))));
    return reader.page();
  }

  private static final class Reader {
    private final PageRequest request;
    private final List<Map<String, AttributeValue>> found = new ArrayList<>();
    private int count;
    private int looked;
    private int size;
    private Map<String, AttributeValue> last = Map.of();

    Reader(PageRequest request) {
      this.request = request;
    }

    /** Whether the next row fits, too. */
    boolean take(Map<String, AttributeValue> whole) {
      Map<String, AttributeValue> row = request.projected(whole);
      looked++;
      size += RowSize.of(row);
      if (request.filter() == null || request.filter().holds(row)) {
        count++;
        if (!request.counts()) {
          found.add(request.projection() == null ? row : request.projection().of(row));
        }
      }
      boolean isFull = looked == request.limit() || size >= LARGEST;
      if (isFull && request.canBeginBehind(whole)) {
        last = request.nameOf(whole);
      }
      return !isFull;
    }

    Page page() {
      return new Page(found, count, looked, last);
    }
  }

  private static Sql.Statement statement(PageRequest request) {
    var sql = new StringBuilder("SELECT row FROM " + request.table().name());
    List<@Nullable Object> parameters = new ArrayList<>();
    List<String> order = order(request);
    List<String> wheres = new ArrayList<>();
    KeyRange range = request.range();
    if (range != null) {
      wheres.add(order.getFirst() + " = ?");
      parameters.add(range.partition().asByteArrayUnsafe());
      bound(order.get(1), ">", range.low(), wheres, parameters);
      bound(order.get(1), "<", range.high(), wheres, parameters);
    } else if (request.index() != null) {
      wheres.add(order.getFirst() + " IS NOT NULL");
    }
    if (!request.after().isEmpty()) {
      wheres.add(
          "(%s) %s (%s)"
              .formatted(
                  String.join(", ", order),
                  request.isForward() ? ">" : "<",
                  String.join(", ", order.stream().map(_ -> "?").toList())));
      parameters.addAll(position(request));
    }
    if (!wheres.isEmpty()) {
      sql.append(" WHERE ").append(String.join(" AND ", wheres));
    }
    String direction = request.isForward() ? "" : " DESC";
    sql.append(" ORDER BY ")
        .append(String.join(", ", order.stream().map(column -> column + direction).toList()));
    return new Sql.Statement(sql.toString(), parameters);
  }

  private static List<String> order(PageRequest request) {
    if (request.index() == null) {
      return List.of("pk", "sk");
    }
    int number = request.table().schema().indexes().indexOf(request.index());
    return List.of("g" + number + "_pk", "g" + number + "_sk", "pk", "sk");
  }

  private static void bound(
      String column,
      String comparator,
      KeyRange.@Nullable End end,
      List<String> wheres,
      List<@Nullable Object> parameters) {
    if (end != null) {
      wheres.add(column + " " + comparator + (end.isIncluded() ? "= ?" : " ?"));
      parameters.add(end.key().asByteArrayUnsafe());
    }
  }

  private static List<byte[]> position(PageRequest request) {
    List<byte[]> position = new ArrayList<>();
    if (request.index() != null) {
      position.add(StoredTable.partition(request.after(), request.index().keys()));
      position.add(StoredTable.sort(request.after(), request.index().keys()));
    }
    position.add(StoredTable.partition(request.after(), request.table().schema().keys()));
    position.add(StoredTable.sort(request.after(), request.table().schema().keys()));
    return position;
  }
}
