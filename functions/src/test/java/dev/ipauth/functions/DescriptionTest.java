package dev.ipauth.functions;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.problem.ProblemType;
import io.micronaut.http.HttpMethod;
import io.micronaut.web.router.Router;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The API's description tells what there is: every route, every problem, and nothing else. */
class DescriptionTest {
  private static Platform platform;
  private static Map<String, Object> description;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    platform = Platform.start();
    description = new Yaml().load(platform.send("", "GET", "/v1/openapi.yaml", "").body());
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void everyRouteIsInItAndNothingElse() {
    Set<String> routes =
        platform
            .context()
            .getBean(Router.class)
            .uriRoutes()
            .filter(route -> route.getHttpMethod() != HttpMethod.HEAD)
            .filter(route -> route.getUriMatchTemplate().toPathString().matches("/(v1|prove)/.*"))
            .map(
                route ->
                    route.getHttpMethod()
                        + " "
                        + route.getUriMatchTemplate().toPathString().replaceAll(":[^}]*}", "}"))
            .collect(toCollection(TreeSet::new));

    assertEquals(String.join("\n", routes), String.join("\n", operations().keySet()));
  }

  @Test
  void everyRefusalOfAnOperationIsOneThatIsDescribed() {
    Map<String, Object> refusals = object(object(description, "components"), "responses");
    List<String> faults = new ArrayList<>();
    operations()
        .forEach(
            (operation, described) ->
                object(described, "responses")
                    .forEach(
                        (status, answer) -> {
                          Object name = cast(answer).get("$ref");
                          if (name == null ? !status.startsWith("2") : !names(refusals, name)) {
                            faults.add(operation + " " + status + ": " + answer);
                          } else if (name != null
                              && !statuses(refusals, name).equals(Set.of(status))) {
                            faults.add(operation + " says " + status + " of " + name);
                          }
                        }));
    assertEquals(List.of(), faults);
  }

  @Test
  void everyProblemIsInItWithItsStatusAndTitle() {
    Map<String, String> described = new TreeMap<>();
    examples(
        (name, problem) -> described.put(name, problem.get("status") + " " + problem.get("title")));
    Map<String, String> problems = new TreeMap<>();
    for (ProblemType type : ProblemType.values()) {
      problems.put(name(type), type.status() + " " + type.title());
    }

    assertEquals(problems.toString(), described.toString());
  }

  @Test
  void aNewProblemBreaksNoClient() {
    Map<String, Object> type =
        object(
            object(
                object(object(object(description, "components"), "schemas"), "Problem"),
                "properties"),
            "type");

    assertEquals("string", type.get("type"));
    assertFalse(type.containsKey("enum"), type::toString);
  }

  @Test
  void everyExampleIsAProblemOfItsName() {
    List<String> faults = new ArrayList<>();
    examples(
        (name, problem) -> {
          boolean whole = problem.containsKey("detail");
          if (!whole || !("/problems/" + name).equals(problem.get("type"))) {
            faults.add(name + ": " + problem);
          }
        });
    assertEquals(List.of(), faults);
  }

  @Test
  void everyOperationHasANameOfItsOwn() {
    List<Object> names =
        operations().values().stream().map(operation -> operation.get("operationId")).toList();

    assertEquals(names.size(), Set.copyOf(names).size(), names::toString);
    assertTrue(names.stream().noneMatch(name -> name.toString().contains("_")), names::toString);
  }

  /** The annotations' processor loses the schema of a parameter that no argument has. */
  @Test
  void everyParameterIsATextOrANumber() {
    Map<String, Object> shared = object(object(description, "components"), "parameters");
    List<String> faults = new ArrayList<>();
    operations()
        .forEach(
            (operation, described) ->
                parameters(described).stream()
                    .map(parameter -> resolved(shared, parameter))
                    .filter(
                        parameter ->
                            !Set.of("string", "integer")
                                .contains(object(parameter, "schema").get("type")))
                    .forEach(parameter -> faults.add(operation + " " + parameter)));
    assertEquals(List.of(), faults);
  }

  private static List<Map<String, Object>> parameters(Map<String, Object> operation) {
    return operation.get("parameters") instanceof List<?> all
        ? all.stream().map(DescriptionTest::cast).toList()
        : List.of();
  }

  private static Map<String, Object> resolved(
      Map<String, Object> shared, Map<String, Object> parameter) {
    return parameter.get("$ref") instanceof String reference
        ? object(shared, reference.replace("#/components/parameters/", ""))
        : parameter;
  }

  private static String name(ProblemType type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Map<String, Map<String, Object>> operations() {
    Map<String, Map<String, Object>> operations = new TreeMap<>();
    object(description, "paths")
        .forEach(
            (path, methods) ->
                cast(methods)
                    .forEach(
                        (method, operation) ->
                            operations.put(
                                method.toUpperCase(Locale.ROOT) + " " + path, cast(operation))));
    return operations;
  }

  /** All examples of problems. */
  private static void examples(BiConsumer<String, Map<String, Object>> each) {
    object(object(description, "components"), "responses")
        .values()
        .forEach(refusal -> examplesOf(refusal).forEach(each));
  }

  private static Map<String, Map<String, Object>> examplesOf(Object refusal) {
    Map<String, Map<String, Object>> examples = new TreeMap<>();
    object(object(object(cast(refusal), "content"), "application/problem+json"), "examples")
        .forEach((name, example) -> examples.put(name, object(cast(example), "value")));
    return examples;
  }

  private static boolean names(Map<String, Object> refusals, Object reference) {
    return refusals.containsKey(nameOf(reference));
  }

  private static Set<String> statuses(Map<String, Object> refusals, Object reference) {
    return examplesOf(object(refusals, nameOf(reference))).values().stream()
        .map(problem -> String.valueOf(problem.get("status")))
        .collect(toCollection(TreeSet::new));
  }

  private static String nameOf(Object reference) {
    return reference.toString().replace("#/components/responses/", "");
  }

  private static Map<String, Object> object(Map<String, Object> parent, String name) {
    return cast(Objects.requireNonNull(parent.get(name), name));
  }

  @SuppressWarnings("unchecked") // YAML's objects are maps by name
  private static Map<String, Object> cast(Object value) {
    return (Map<String, Object>) value;
  }
}
