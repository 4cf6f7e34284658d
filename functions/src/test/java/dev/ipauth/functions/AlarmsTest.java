package dev.ipauth.functions;

import static dev.ipauth.functions.CloudFormation.asList;
import static dev.ipauth.functions.CloudFormation.asMap;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Alarms and dashboard of the templates see what they are to see, and nothing else. */
class AlarmsTest {
  // Tables.Outputs.SmtpUsersArn, ${Tables.Outputs.AuditArn}/index/byAccount, QueueArn
  private static final Pattern TABLE =
      Pattern.compile("(?:\\$\\{)?(?:Tables\\.Outputs\\.)?(\\w+)Arn}?(?:/index/(\\w+))?");
  private static final Pattern READ = Pattern.compile("dynamodb:(Get|BatchGet|Query|Scan).*");
  // A hard limit of CloudWatch, of an alarm by arithmetic.
  private static final int METRICS_OF_AN_ALARM = 10;

  @Test
  void aVersionIsJudgedByItsOwnErrors() throws IOException {
    CloudFormation template = CloudFormation.read("template.yaml");
    Object alarms =
        template.at("Resources", "ApiFunction", "Properties", "DeploymentPreference", "Alarms");
    for (Object alarm : asList(alarms)) {
      String name = String.valueOf(asMap(alarm).get("Ref"));
      Map<String, Object> properties = template.map("Resources", name, "Properties");
      Object version = dimensions(properties.get("Dimensions")).get("ExecutedVersion");
      assertEquals(Map.of("GetAtt", "ApiFunction.Version.Version"), version, name);
      // An alarm that is changed keeps its state; another name makes another alarm.
      String called = String.valueOf(properties.get("AlarmName"));
      assertTrue(called.contains("${ApiFunction.Version.Version}"), called);
    }
  }

  @Test
  void everyUseOfATableIsWatchedForThrottling() throws IOException {
    Map<String, Object> tables = CloudFormation.read("infra/tables/tables.yaml").map("Resources");
    Set<String> used = new TreeSet<>();
    for (String file : List.of("template.yaml", "infra/relay.yaml")) {
      CloudFormation.read(file)
          .statements()
          .filter(statement -> !actions(statement).isEmpty())
          .forEach(statement -> used.addAll(uses(statement, tables)));
    }

    Set<String> watched = new TreeSet<>();
    CloudFormation.read("infra/watch.yaml")
        .map("Resources")
        .values()
        .forEach(resource -> watched.addAll(watchedBy(asMap(asMap(resource).get("Properties")))));
    assertEquals(lines(used), lines(watched));
    tables
        .keySet()
        .forEach(
            table -> assertTrue(used.stream().anyMatch(use -> use.contains(" " + table)), table));
  }

  @Test
  void theAlarmsAreToldTheTablesByTheirNames() throws IOException {
    Map<String, Object> given =
        CloudFormation.read("template.yaml").map("Resources", "Watch", "Properties", "Parameters");
    for (String table : CloudFormation.read("infra/tables/tables.yaml").map("Resources").keySet()) {
      assertEquals(
          Map.of("GetAtt", "Tables.Outputs." + table + "Name"), given.get(table + "Table"), table);
    }
  }

  @Test
  void withoutARelayTheDashboardAsksForNoneOfIts() throws IOException {
    Object body =
        CloudFormation.read("infra/watch.yaml")
            .at("Resources", "Dashboard", "Properties", "DashboardBody");
    List<?> bodies = asList(asMap(body).get("If"));
    assertEquals("HasRelay", bodies.getFirst());
    String with = widgets(bodies.get(1));
    String without = widgets(bodies.get(2));
    // CloudWatch takes a name with a hyphen in quotation marks only.
    assertTrue(with.contains("SEARCH('{\"${Platform}\",Reason}"), with);
    CloudFormation.read("template.yaml")
        .map("Resources", "Watch", "Properties", "Parameters")
        .forEach(
            (name, value) -> {
              boolean isEmpty =
                  value instanceof Map<?, ?> function
                      && function.get("If") instanceof List<?> choice
                      && choice.getLast().equals("");
              assertFalse(isEmpty && without.contains("${" + name + "}"), name);
            });
  }

  /** As CloudWatch reads them. JSON is YAML, too. */
  private static String widgets(Object sub) {
    Map<String, Object> body = new Yaml().load(String.valueOf(asMap(sub).get("Sub")));
    return asList(body.get("widgets")).toString();
  }

  private static List<String> actions(Map<String, Object> statement) {
    return asList(statement.get("Action")).stream()
        .map(Object::toString)
        .filter(action -> action.startsWith("dynamodb:"))
        .toList();
  }

  /** What a statement allows may be throttled: reads, and writes of the table and its indexes. */
  private static Set<String> uses(Map<String, Object> statement, Map<String, Object> tables) {
    Set<String> uses = new TreeSet<>();
    for (Object resource : asList(statement.get("Resource"))) {
      Matcher on = TABLE.matcher(asMap(resource).values().iterator().next().toString());
      assertTrue(on.matches(), () -> "No table: " + resource);
      String table = on.group(1);
      for (String action : actions(statement)) {
        if (READ.matcher(action).matches()) {
          uses.add("Read " + table + (on.group(2) == null ? "" : " " + on.group(2)));
        } else {
          uses.add("Write " + table);
          indexes(asMap(tables.get(table))).forEach(i -> uses.add("Write " + table + " " + i));
        }
      }
    }
    return uses;
  }

  private static List<String> indexes(Map<String, Object> table) {
    Object indexes = asMap(table.get("Properties")).get("GlobalSecondaryIndexes");
    return indexes == null
        ? List.of()
        : asList(indexes).stream()
            .map(index -> String.valueOf(asMap(index).get("IndexName")))
            .toList();
  }

  private static Set<String> watchedBy(Map<String, Object> alarm) {
    Set<String> watched = new TreeSet<>();
    if (!(alarm.get("Metrics") instanceof List<?> queries)) {
      return watched;
    }
    for (Object query : queries) {
      if (asMap(query).get("MetricStat") instanceof Map<?, ?> stat) {
        Map<String, Object> metric = asMap(asMap(stat).get("Metric"));
        String name = String.valueOf(metric.get("MetricName"));
        if (name.endsWith("ThrottleEvents")) {
          watched.add(name.replace("ThrottleEvents", "") + of(metric));
        }
      }
    }
    String called = String.valueOf(alarm.get("AlarmName"));
    assertTrue(watched.size() <= METRICS_OF_AN_ALARM, called);
    // DynamoDB's metrics are missing while nothing is throttled, and the alarm would never end.
    assertTrue(watched.isEmpty() || queries.toString().contains("FILL(METRICS(), 0)"), called);
    return watched;
  }

  private static String of(Map<String, Object> metric) {
    Map<String, Object> dimensions = dimensions(metric.get("Dimensions"));
    String table = String.valueOf(asMap(dimensions.get("TableName")).get("Ref"));
    Object index = dimensions.get("GlobalSecondaryIndexName");
    return " " + table.replaceFirst("Table$", "") + (index == null ? "" : " " + index);
  }

  private static Map<String, Object> dimensions(@Nullable Object dimensions) {
    return asList(dimensions).stream()
        .map(CloudFormation::asMap)
        .collect(toMap(each -> String.valueOf(each.get("Name")), each -> each.get("Value")));
  }

  private static String lines(Collection<String> uses) {
    return String.join("\n", uses);
  }
}
