package dev.ipauth.functions;

import static dev.ipauth.functions.CloudFormation.asList;
import static dev.ipauth.functions.CloudFormation.asMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Under a key of the operator's, whoever uses a table or a bucket may use the key for that. */
class KeyPolicyTest {
  private static final Set<String> READS =
      Set.of("BatchGetItem", "Query", "Scan", "ConditionCheckItem");
  private static final Set<String> TO_READ = Set.of("kms:Decrypt", "kms:DescribeKey");
  private static final Set<String> TO_WRITE =
      Set.of(
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*");

  @ParameterizedTest
  @CsvSource({
    "template.yaml, ApiFunction",
    "template.yaml, AuditorFunction",
    "template.yaml, OperatorFunction",
    "template.yaml, RecorderFunction",
    "infra/relay.yaml, TaskRole"
  })
  void whoUsesWhatIsUnderAKeyMayUseTheKey(String file, String name) throws IOException {
    CloudFormation template = CloudFormation.read(file);
    List<Map<String, Object>> statements =
        within(template.map("Resources", name)).filter(KeyPolicyTest::isStatement).toList();
    Set<String> reads = new TreeSet<>();
    Set<String> writes = new TreeSet<>();
    for (Map<String, Object> statement : statements) {
      if (String.valueOf(statement.get("Resource")).equals("{Ref=KmsKeyArn}")) {
        Set<String> may = actions(statement).collect(Collectors.toSet());
        Set<String> by = services(statement);
        if (may.containsAll(TO_READ)) {
          reads.addAll(by);
        }
        if (may.containsAll(TO_WRITE)) {
          writes.addAll(by);
        }
      }
    }
    Set<String> uses = used(statements, true);
    assertTrue(!uses.isEmpty() && reads.containsAll(uses), uses + " are used, " + reads);
    Set<String> changes = used(statements, false);
    assertTrue(writes.containsAll(changes), changes + " are written, " + writes);
  }

  /** Other things lie under the operator's key, too. */
  @ParameterizedTest
  @ValueSource(strings = {"template.yaml", "infra/relay.yaml"})
  void nobodyMayUseAKeyButByAServiceThatIsSaid(String file) throws IOException {
    List<Map<String, Object>> rights =
        within(CloudFormation.read(file).map("Resources"))
            .filter(KeyPolicyTest::isStatement)
            .filter(right -> actions(right).anyMatch(action -> action.startsWith("kms:")))
            .toList();
    assertFalse(rights.isEmpty());
    for (Map<String, Object> right : rights) {
      String by = String.valueOf(right.get("Condition"));
      assertTrue(by.startsWith("{StringEquals={kms:ViaService="), right::toString);
    }
  }

  /** Whose rows or texts are used; with {@code toRead}, also those that are only read. */
  private static Set<String> used(List<Map<String, Object>> statements, boolean toRead) {
    return statements.stream()
        .flatMap(KeyPolicyTest::actions)
        .filter(action -> action.matches("(?:dynamodb|s3):.*"))
        .filter(action -> toRead || !isRead(action))
        .map(action -> action.substring(0, action.indexOf(':')))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isRead(String action) {
    String verb = action.substring(action.indexOf(':') + 1);
    return READS.contains(verb) || verb.startsWith("Get") || verb.startsWith("List");
  }

  private static boolean isStatement(Map<String, Object> map) {
    return map.containsKey("Action") && map.containsKey("Resource");
  }

  private static Stream<String> actions(Map<String, Object> statement) {
    return asList(statement.get("Action")).stream().map(Object::toString);
  }

  /** Those by which the key may be used; all of them where none is said. */
  private static Set<String> services(Map<String, Object> statement) {
    String said = String.valueOf(statement.get("Condition"));
    return Stream.of("dynamodb", "s3")
        .filter(service -> said.equals("null") || said.contains("{Sub=" + service + "."))
        .collect(Collectors.toSet());
  }

  /** Every map that is somewhere inside. */
  private static Stream<Map<String, Object>> within(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map ->
          Stream.concat(
              Stream.of(asMap(map)), map.values().stream().flatMap(KeyPolicyTest::within));
      case Collection<?> list -> list.stream().flatMap(KeyPolicyTest::within);
      case null, default -> Stream.empty();
    };
  }

  /** What SES checks for a raw text is the action of its first API, whichever was called. */
  @Test
  void whoSendsBySesMayByEitherName() throws IOException {
    List<Set<String>> send =
        within(CloudFormation.read("infra/relay.yaml").map("Resources", "TaskRole"))
            .filter(KeyPolicyTest::isStatement)
            .map(statement -> actions(statement).collect(Collectors.toSet()))
            .filter(actions -> actions.stream().anyMatch(action -> action.startsWith("ses:")))
            .toList();
    assertEquals(List.of(Set.of("ses:SendEmail", "ses:SendRawEmail")), send);
  }
}
