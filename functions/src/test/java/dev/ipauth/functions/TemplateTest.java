package dev.ipauth.functions;

import static dev.ipauth.functions.CloudFormation.asList;
import static dev.ipauth.functions.CloudFormation.asMap;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micronaut.web.router.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code template.yaml} says of the functions is what the functions are. */
class TemplateTest {
  private static final String PEPPER = "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy";
  // Read by nobody: a new value publishes a new version.
  private static final String MARK = "SECRETS_VERSION";

  private static CloudFormation template;
  private static CloudFormation tables;

  @BeforeAll
  static void read() throws IOException {
    template = CloudFormation.read("template.yaml");
    tables = CloudFormation.read("infra/tables/tables.yaml");
  }

  @Test
  void everySettingIsInItAndNothingElse() {
    var known = new TreeSet<String>();
    Settings.ALL.forEach(setting -> known.add(setting.name()));
    // On AWS only its secret is named.
    known.remove("PASSWORD_PEPPER");

    var set = new TreeSet<>(variables("ApiFunction").keySet());
    assertTrue(set.remove(MARK));
    assertEquals(known, set);
  }

  private static final Map<String, String> LEAST =
      Map.of(
          "PASSWORD_PEPPER", PEPPER,
          "OPENID_ISSUER", "https://id.example.com/",
          "OPENID_AUDIENCE", "smtp-relay",
          "RELAY_HOSTNAME", "smtp.example.com");

  @Test
  void defaultsAreTheCodes() {
    Map<String, String> deployed = new HashMap<>(LEAST);
    variables("ApiFunction")
        .forEach(
            (name, value) -> {
              String text = withoutAnswers(value);
              if (text != null && !name.equals(MARK)) {
                deployed.put(name, text);
              }
            });

    Settings expected = Settings.read(LEAST, id -> id);
    Settings actual = Settings.read(deployed, id -> id);
    assertEquals(expected.register(), actual.register());
    assertEquals(expected.issuer(), actual.issuer());
    assertEquals(expected.callers(), actual.callers());
    assertEquals(expected.messageRetention(), actual.messageRetention());
    assertEquals(expected.dashboard(), actual.dashboard());
  }

  /** A variable's value when only what must be answered was; null when it comes from elsewhere. */
  private static @Nullable String withoutAnswers(Object value) {
    if (value instanceof Map<?, ?> function) {
      return function.get("Ref") instanceof String parameter ? template.otherwise(parameter) : null;
    }
    return value.toString();
  }

  @Test
  void everyRouteIsOpenOrNeedsATokenAsTheApplicationHasIt() {
    try (Platform platform = Platform.start()) {
      List<String> paths =
          platform
              .context()
              .getBean(Router.class)
              .uriRoutes()
              .map(route -> route.getUriMatchTemplate().toPathString().replaceAll(":[^}]*}", "}"))
              .toList();
      Set<String> open = new TreeSet<>(Set.of("/v1/openapi.yaml"));
      paths.stream().filter(path -> !path.startsWith("/v1/")).forEach(open::add);

      Set<String> opened = paths("NONE");
      assertTrue(open.stream().allMatch(path -> isCovered(path, opened)), open + " " + opened);
      assertEquals(open.size(), opened.size(), open + " " + opened);
      assertTrue(opened.stream().noneMatch(path -> path.contains("+")), opened::toString);

      Set<String> closed = paths("JWT");
      assertEquals(Set.of("/v1/{proxy+}"), closed);
      paths.stream()
          .filter(path -> !open.contains(path))
          .forEach(path -> assertTrue(isCovered(path, closed), path));
    }
  }

  private static boolean isCovered(String path, Set<String> routes) {
    String example = path.replaceAll("\\{[^}]*}", "x");
    return routes.stream()
        .map(route -> route.replaceAll("\\{[^}]*\\+}", ".+").replaceAll("\\{[^}]*}", "[^/]+"))
        .anyMatch(example::matches);
  }

  private static Set<String> paths(String authorization) {
    return routes().values().stream()
        .filter(route -> authorization.equals(route.get("AuthorizationType")))
        .map(route -> String.valueOf(route.get("RouteKey")))
        // Preflights are the application's on all paths alike.
        .filter(key -> !key.startsWith("OPTIONS "))
        .map(key -> key.substring(key.indexOf(' ') + 1))
        .collect(toCollection(TreeSet::new));
  }

  /** The properties of each route, by its name. */
  private static Map<String, Map<String, Object>> routes() {
    Map<String, Map<String, Object>> routes = new TreeMap<>();
    template
        .map("Resources")
        .forEach(
            (name, resource) -> {
              if ("AWS::ApiGatewayV2::Route".equals(asMap(resource).get("Type"))) {
                routes.put(name, asMap(asMap(resource).get("Properties")));
              }
            });
    return routes;
  }

  /** The application answers both alike, and so says its description. */
  @Test
  void whatMayBeReadByAnybodyMayBeAskedForByHead() {
    Map<String, Object> rates =
        asMap(template.at("Resources", "Stage", "Properties", "RouteSettings"));
    List<String> gets =
        routes().values().stream()
            .map(route -> String.valueOf(route.get("RouteKey")))
            .filter(key -> key.startsWith("GET "))
            .toList();
    assertFalse(gets.isEmpty());
    Set<Object> keys =
        routes().values().stream().map(route -> route.get("RouteKey")).collect(toSet());
    for (String get : gets) {
      assertTrue(keys.contains("HEAD " + get.substring(4)), get);
      assertEquals(rates.get(get), rates.get("HEAD " + get.substring(4)), get);
    }
  }

  @Test
  void aRouteThatIsOpenUsesUpItsOwnRateOnly() {
    Map<String, Object> stage = template.map("Resources", "Stage");
    // API Gateway refuses settings of a route that isn't there yet.
    assertEquals(routes().keySet(), new TreeSet<>(asList(stage.get("DependsOn"))));

    Map<String, Object> rates = asMap(asMap(stage.get("Properties")).get("RouteSettings"));
    Set<Object> open =
        routes().values().stream()
            .filter(route -> "NONE".equals(route.get("AuthorizationType")))
            .map(route -> route.get("RouteKey"))
            .collect(toSet());
    assertEquals(open, rates.keySet());
    Set<Object> numbers = Set.of("ThrottlingRateLimit", "ThrottlingBurstLimit");
    rates
        .values()
        .forEach(
            rate -> {
              assertEquals(numbers, asMap(rate).keySet());
              assertTrue(asMap(rate).values().stream().allMatch(Integer.class::isInstance));
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"ApiFunction", "AuditorFunction", "OperatorFunction", "RecorderFunction"})
  void handlersCanBeMadeAndSettingsPublished(String function) throws ClassNotFoundException {
    // Without it, a changed parameter would stay without effect behind the alias.
    Object description = template.at("Resources", function, "Properties", "VersionDescription");
    assertTrue(description.toString().contains("${FunctionMemory}"), description::toString);
    String handler = template.at("Resources", function, "Properties", "Handler").toString();

    Class<?> type = Class.forName(handler, false, getClass().getClassLoader());
    assertTrue(Stream.of(type.getConstructors()).anyMatch(made -> made.getParameterCount() == 0));
  }

  @Test
  void whoDeploysIsToldWhatMakesNoNewVersion() throws IOException {
    Set<String> silent = parametersIn(variables("ApiFunction"));
    silent.removeAll(
        parametersIn(template.at("Resources", "ApiFunction", "Properties", "VersionDescription")));
    // The tables' names are made of it in a stack of their own.
    silent.add("AdoptTables");

    String page = Files.readString(Path.of("../infra/docs/DEPLOYING.md"));
    int begin = page.indexOf("Raise it too when these are all that changes");
    Set<String> told =
        Pattern.compile("`(\\w+)`")
            .matcher(page.substring(begin, page.indexOf("\n\n", begin)))
            .results()
            .map(match -> match.group(1))
            .collect(toCollection(TreeSet::new));
    assertEquals(silent, told);
  }

  private static Set<String> parametersIn(Object part) {
    Set<String> named =
        Pattern.compile("(?<=Ref=|\\$\\{)\\w+")
            .matcher(part.toString())
            .results()
            .map(match -> match.group())
            .collect(toCollection(TreeSet::new));
    named.retainAll(template.map("Parameters").keySet());
    return named;
  }

  /** Which nobody misses. */
  private static final Set<String> MADE_ANEW =
      Set.of("ApiRates", "Accounts", "ProofCodes", "Messages", "LastSeen");

  @Test
  void tablesAreTheCodesAndKept() {
    Settings settings = Settings.read(LEAST, id -> id);
    assertEquals(
        Set.of(
            settings.tables().smtpUsers(),
            settings.tables().ipAuthentications(),
            settings.tables().accounts(),
            settings.tables().audit(),
            settings.tables().idempotencyKeys(),
            settings.tables().apiRates(),
            settings.tables().proofCodes(),
            settings.messageTables().messages(),
            settings.messageTables().usage(),
            settings.messageTables().countedLines(),
            settings.messageTables().lastSeen(),
            settings.messageTables().queue()),
        tables.map("Resources").keySet());
    tables
        .map("Resources")
        .forEach(
            (name, table) -> {
              Map<String, Object> properties = asMap(asMap(table).get("Properties"));
              assertEquals(Map.of("Sub", "${Prefix}" + name), properties.get("TableName"));
              boolean isMadeAnew = MADE_ANEW.contains(name);
              assertEquals(isMadeAnew ? null : "MakesTables", asMap(table).get("Condition"), name);
              if (!isMadeAnew) {
                assertEquals("RetainExceptOnCreate", asMap(table).get("DeletionPolicy"), name);
                assertEquals("Retain", asMap(table).get("UpdateReplacePolicy"), name);
                assertEquals(
                    Map.of("PointInTimeRecoveryEnabled", true),
                    properties.get("PointInTimeRecoverySpecification"),
                    name);
              }
            });
  }

  private static Set<String> kept() {
    Set<String> kept = new TreeSet<>(tables.map("Resources").keySet());
    kept.removeAll(MADE_ANEW);
    return kept;
  }

  @Test
  void whoRestoresIsToldOfEveryTableThatIsKept() throws IOException {
    Map<String, Set<String>> told = new TreeMap<>();
    Pattern.compile("for table in ([A-Za-z ]+); do\\s+aws dynamodb ([a-z-]+)")
        .matcher(Files.readString(Path.of("../infra/docs/DEPLOYING.md")))
        .results()
        .forEach(
            loop ->
                told.computeIfAbsent(loop.group(2), command -> new TreeSet<>())
                    .addAll(List.of(loop.group(1).split(" "))));
    Set<String> expiring = kept();
    expiring.removeIf(
        name ->
            !tables.map("Resources", name, "Properties").containsKey("TimeToLiveSpecification"));
    assertEquals(
        Map.of(
            "restore-table-to-point-in-time", kept(),
            "update-continuous-backups", kept(),
            "update-time-to-live", expiring),
        told);
  }

  @Test
  void everyTableThatIsKeptIsProtectedAndNoneBeforeTheEnd() {
    Set<String> kept = kept();
    for (String table : kept) {
      // A protected table would stand in the way of the roll-back of a first deployment.
      assertNull(
          tables.map("Resources", table, "Properties").get("DeletionProtectionEnabled"), table);
    }
    Map<String, Object> given = template.map("Resources", "Protection", "Properties", "Parameters");
    for (String parameter : List.of("Tables", "TableArns")) {
      String said = String.valueOf(given.get(parameter));
      Set<String> named =
          Pattern.compile("Tables\\.Outputs\\.(\\w+?)(?:Name|Arn)\\b")
              .matcher(said)
              .results()
              .map(match -> match.group(1))
              .collect(toCollection(TreeSet::new));
      assertEquals(kept, named, parameter);
    }
  }

  @Test
  void everyParameterIsDescribedAndStandsInOneGroup() {
    List<String> grouped = new ArrayList<>();
    Object groups = template.at("Metadata", "AWS::CloudFormation::Interface", "ParameterGroups");
    for (Object group : asList(groups)) {
      assertFalse(
          String.valueOf(asMap(asMap(group).get("Label")).get("default")).isBlank(),
          group::toString);
      asList(asMap(group).get("Parameters")).forEach(name -> grouped.add(name.toString()));
    }
    assertEquals(
        template.map("Parameters").keySet().stream().sorted().toList(),
        grouped.stream().sorted().toList());
    template
        .map("Parameters")
        .forEach(
            (name, parameter) ->
                assertTrue(asMap(parameter).get("Description") instanceof String, name));
    // Those that must be answered, and they come first.
    List<?> first = asList(asMap(asList(groups).getFirst()).get("Parameters"));
    assertEquals(
        template.map("Parameters").keySet().stream()
            .filter(name -> template.otherwise(name) == null)
            .toList(),
        first);
  }

  private static Map<String, Object> variables(String function) {
    return template.map("Resources", function, "Properties", "Environment", "Variables");
  }
}
