package dev.ipauth.functions.messages;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromNs;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Counts lines in {@code Usage}, each once however often it comes: which lines are counted is
 * written in the same transaction as the counts. A relay numbers its lines, so the numbers of many
 * stand in one row, and a batch costs a row or two instead of one for each line.
 */
@Singleton
final class CountedLines {
  /** Few enough for DynamoDB's hundred writes a transaction, and for the length of a condition. */
  private static final int LINES_AT_ONCE = 40;

  private static final int LINES_IN_A_BLOCK = 128;
  private static final int RADIX = 36;
  private static final int DAYS_KEPT = 402;
  private static final String SEEN = "seen";

  private final DynamoDbClient dynamoDb;
  private final MessageTables tables;

  CountedLines(DynamoDbClient dynamoDb, MessageTables tables) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
  }

  /**
   * A line's place in {@code CountedLines}: the key of the row that its block has, and its number
   * in that row's set.
   */
  private record LineNumber(String block, String number) {
    static LineNumber of(Line line) {
      String name = line.origin().line();
      int hyphen = name.lastIndexOf('-');
      try {
        long number = Long.parseLong(name, hyphen + 1, name.length(), RADIX);
        return hyphen < 1 || number < 0
            ? new LineNumber(name, "0")
            : new LineNumber(
                name.substring(0, hyphen + 1) + number / LINES_IN_A_BLOCK,
                Long.toString(number % LINES_IN_A_BLOCK));
      } catch (NumberFormatException _) {
        return new LineNumber(name, "0");
      }
    }
  }

  /** Counts those that aren't counted yet; no two of them have one name. */
  void count(List<Line> lines, Instant now) {
    LocalDate oldest = LocalDate.ofInstant(now, ZoneOffset.UTC).minusDays(DAYS_KEPT);
    List<Line> counting =
        lines.stream()
            .filter(line -> !Counts.of(line).equals(Counts.NONE))
            .filter(line -> Counts.place(line).day().isAfter(oldest))
            .toList();
    List<List<Line>> chunks =
        IntStream.iterate(0, from -> from < counting.size(), from -> from + LINES_AT_ONCE)
            .mapToObj(
                from -> counting.subList(from, Math.min(from + LINES_AT_ONCE, counting.size())))
            .toList();
    Retrying.forEachInTurn(chunks, chunk -> countAtOnce(chunk, now));
  }

  private void countAtOnce(List<Line> lines, Instant now) {
    List<Line> left = lines;
    while (!left.isEmpty()) {
      Map<String, Set<String>> byBlock = byBlock(left);
      List<TransactWriteItem> writes = new ArrayList<>();
      byBlock.forEach((block, numbers) -> writes.add(note(block, numbers, now)));
      sums(left).forEach((place, counts) -> writes.add(add(place, counts)));
      Optional<List<CancellationReason>> refused = Transactional.tryTo(dynamoDb, writes);
      if (refused.isEmpty()) {
        return;
      }
      Set<LineNumber> counted = counted(List.copyOf(byBlock.keySet()), refused.get());
      List<Line> uncounted =
          left.stream().filter(line -> !counted.contains(LineNumber.of(line))).toList();
      if (uncounted.size() == left.size()) {
        throw new IllegalStateException("Lines are counted already, and it isn't said which");
      }
      left = uncounted;
    }
  }

  private static Map<String, Set<String>> byBlock(List<Line> lines) {
    Map<String, Set<String>> byBlock = new LinkedHashMap<>();
    lines.stream()
        .map(LineNumber::of)
        .forEach(
            line ->
                byBlock
                    .computeIfAbsent(line.block(), _ -> new LinkedHashSet<>())
                    .add(line.number()));
    return byBlock;
  }

  private static Map<Counts.Place, Counts> sums(List<Line> lines) {
    Map<Counts.Place, Counts> sums = new LinkedHashMap<>();
    lines.forEach(line -> sums.merge(Counts.place(line), Counts.of(line), Counts::plus));
    return sums;
  }

  private TransactWriteItem note(String block, Set<String> numbers, Instant now) {
    List<String> all = List.copyOf(numbers);
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":all", fromNs(all));
    values.put(":expiresAt", seconds(now.plusSeconds(DAYS_KEPT * 86_400L)));
    IntStream.range(0, all.size()).forEach(i -> values.put(":" + i, fromN(all.get(i))));
    String noneIsSeen =
        IntStream.range(0, all.size())
            .mapToObj(i -> "NOT contains(seen, :" + i + ")")
            .collect(Collectors.joining(" AND "));
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(tables.countedLines())
                    .key(Map.of("block", fromS(block)))
                    .updateExpression("ADD seen :all SET expiresAt = :expiresAt")
                    .conditionExpression(noneIsSeen)
                    .expressionAttributeValues(values)
                    .returnValuesOnConditionCheckFailure(
                        ReturnValuesOnConditionCheckFailure.ALL_OLD))
        .build();
  }

  private TransactWriteItem add(Counts.Place place, Counts counts) {
    Instant kept = place.day().plusDays(DAYS_KEPT).atStartOfDay(ZoneOffset.UTC).toInstant();
    return TransactWriteItem.builder()
        .update(
            update ->
                update
                    .tableName(tables.usage())
                    .key(UsageColumns.key(place))
                    .updateExpression(
                        "ADD messages :messages, recipients :recipients, bytes :bytes,"
                            + " refused :refused, bounced :bounced"
                            + " SET expiresAt = :expiresAt")
                    .expressionAttributeValues(
                        Map.of(
                            ":messages", number(counts.messages()),
                            ":recipients", number(counts.recipients()),
                            ":bytes", number(counts.bytes()),
                            ":refused", number(counts.refused()),
                            ":bounced", number(counts.bounced()),
                            ":expiresAt", seconds(kept))))
        .build();
  }

  /** Those that were noted before: they have been counted, by whomever. */
  private static Set<LineNumber> counted(List<String> blocks, List<CancellationReason> reasons) {
    Set<LineNumber> counted = new HashSet<>();
    for (int i = 0; i < Math.min(blocks.size(), reasons.size()); i++) {
      AttributeValue seen = reasons.get(i).item() == null ? null : reasons.get(i).item().get(SEEN);
      if (seen != null) {
        String block = blocks.get(i);
        seen.ns().forEach(number -> counted.add(new LineNumber(block, number)));
      }
    }
    return counted;
  }

  private static AttributeValue number(long value) {
    return fromN(Long.toString(value));
  }

  private static AttributeValue seconds(Instant time) {
    return number(time.getEpochSecond());
  }
}
