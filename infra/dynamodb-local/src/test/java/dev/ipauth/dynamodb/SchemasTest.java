package dev.ipauth.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.IndexMetadata;
import software.amazon.awssdk.enhanced.dynamodb.TableMetadata;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.model.QueryConditional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/** {@code tables.yaml} and {@link Schemas} say the same; and what is written is read again. */
class SchemasTest {
  private static final Instant EARLIER = Instant.parse("2026-11-23T10:00:00Z");
  private static final Instant LATER = Instant.parse("2026-11-23T10:00:00.123456789Z");
  private static final Username SCANNER = new Username("scanner-2f");
  private static final SmtpUser FULL =
      new SmtpUser(
          SCANNER,
          "acme",
          "second floor, by the stairs ✉",
          true,
          new PasswordHash("aGFzaA=="),
          LATER,
          new Nomination(IpAddress.parse("2001:db8::7"), LATER),
          List.of(Network.parse("192.0.2.0/24"), Network.parse("2001:db8::/48")),
          List.of(AllowedSender.parse("scans@example.com"), AllowedSender.parse("@example.org")),
          EARLIER,
          7);
  private static final SmtpUser BARE =
      new SmtpUser(
          new Username("abc"),
          "acme",
          null,
          false,
          new PasswordHash("aGFzaA=="),
          EARLIER,
          null,
          List.of(),
          List.of(),
          EARLIER,
          1);

  private static final DynamoDbLocal DYNAMO_DB = DynamoDbLocal.inMemory();
  private static final DynamoDbClient CLIENT = DYNAMO_DB.client();
  private static final DynamoDbTable<SmtpUser> SMTP_USERS =
      enhanced().table("SmtpUsers", Schemas.SMTP_USERS);
  private static final DynamoDbTable<IpAuthentication> IP_AUTHENTICATIONS =
      enhanced().table("IpAuthentications", Schemas.IP_AUTHENTICATIONS);

  private static DynamoDbEnhancedClient enhanced() {
    return DynamoDbEnhancedClient.builder().dynamoDbClient(CLIENT).build();
  }

  @BeforeAll
  static void createTables() {
    DYNAMO_DB.createTables("");
  }

  @AfterAll
  static void stop() {
    CLIENT.close();
    DYNAMO_DB.close();
  }

  static Stream<Arguments> schemas() {
    return Stream.of(
        Arguments.of("SmtpUsers", Schemas.SMTP_USERS),
        Arguments.of("IpAuthentications", Schemas.IP_AUTHENTICATIONS));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void javaAgreesWithTheTemplate(String name, TableSchema<?> schema) {
    Table table =
        TablesTemplate.read("").stream()
            .filter(t -> t.request().tableName().equals(name))
            .findFirst()
            .orElseThrow();
    assertEquals(keysAndIndexes(table), keysAndIndexes(schema.tableMetadata()));
    assertEquals(attributeTypes(table), attributeTypes(schema.tableMetadata()));
  }

  private static Map<String, List<String>> keysAndIndexes(Table table) {
    var keys = new TreeMap<String, List<String>>();
    keys.put(TableMetadata.primaryIndexName(), names(table.request().keySchema()));
    for (GlobalSecondaryIndex index : table.request().globalSecondaryIndexes()) {
      keys.put(index.indexName(), names(index.keySchema()));
    }
    return keys;
  }

  private static List<String> names(List<KeySchemaElement> keys) {
    return keys.stream().map(KeySchemaElement::attributeName).toList();
  }

  private static Map<String, List<String>> keysAndIndexes(TableMetadata metadata) {
    var keys = new TreeMap<String, List<String>>();
    for (IndexMetadata index : metadata.indices()) {
      keys.put(
          index.name(),
          Stream.concat(index.partitionKeys().stream(), index.sortKeys().stream())
              .map(key -> key.name())
              .toList());
    }
    return keys;
  }

  private static Map<String, String> attributeTypes(Table table) {
    var types = new TreeMap<String, String>();
    for (AttributeDefinition attribute : table.request().attributeDefinitions()) {
      types.put(attribute.attributeName(), attribute.attributeTypeAsString());
    }
    return types;
  }

  private static Map<String, String> attributeTypes(TableMetadata metadata) {
    var types = new TreeMap<String, String>();
    metadata
        .keyAttributes()
        .forEach(
            key -> types.put(key.name(), key.attributeValueType().scalarAttributeType().name()));
    return types;
  }

  static Stream<SmtpUser> smtpUsers() {
    return Stream.of(FULL, BARE);
  }

  @ParameterizedTest
  @MethodSource("smtpUsers")
  void anSmtpUserIsReadAsItWasWritten(SmtpUser user) {
    SMTP_USERS.putItem(user);
    assertEquals(
        user, SMTP_USERS.getItem(key -> key.key(k -> k.partitionValue(user.username().text()))));
  }

  @Test
  void anIpAuthenticationIsReadAsItWasWritten() {
    var written = new IpAuthentication(IpAddress.parse("198.51.100.7"), "acme", SCANNER, LATER);
    IP_AUTHENTICATIONS.putItem(written);
    assertEquals(
        written, IP_AUTHENTICATIONS.getItem(key -> key.key(k -> k.partitionValue("198.51.100.7"))));
  }

  @Test
  void anAccountsRowsAreListedByItsIndex() {
    SMTP_USERS.putItem(FULL);
    SMTP_USERS.putItem(BARE);
    var listed =
        SMTP_USERS
            .index(Schemas.BY_ACCOUNT)
            .query(
                q -> q.queryConditional(QueryConditional.keyEqualTo(k -> k.partitionValue("acme"))))
            .stream()
            .flatMap(page -> page.items().stream())
            .toList();
    assertEquals(List.of(BARE, FULL), listed);
  }

  /** A row without {@code enabled} must not read as a user who is enabled, or who is not. */
  @Test
  void aRowWithSomethingMissingIsAnError() {
    var halfRow = new HashMap<>(Schemas.SMTP_USERS.itemToMap(FULL, true));
    halfRow.remove(Schemas.ENABLED);
    assertThrows(NullPointerException.class, () -> Schemas.SMTP_USERS.mapToItem(halfRow));
  }
}
