package dev.ipauth.functions.campaign;

import dev.ipauth.dynamodb.DynamoDbLocal;
import dev.ipauth.functions.register.IpAuthentications;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.context.ApplicationContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The register as the application puts it together, on tables of its own. */
final class Register implements AutoCloseable {
  /** Where the tables are, and a client of them to configure further. */
  record Place(DynamoDbClient client, Supplier<DynamoDbClientBuilder> builder) {}

  // One for all campaigns: it takes a second to start.
  private static final DynamoDbLocal DYNAMODB = DynamoDbLocal.inMemory();
  private static final Place USUAL = new Place(DYNAMODB.client(), DYNAMODB::clientBuilder);
  private static Place place = USUAL;

  private static final AtomicInteger REGISTERS = new AtomicInteger();

  private final String prefix = "campaign" + REGISTERS.incrementAndGet() + "-";
  private final DynamoDbClient faulty;
  private final Days clock = new Days();
  private final ApplicationContext application;

  /**
   * @param interceptors between the application and DynamoDB, the first nearest the application
   * @param plan says what each account may
   */
  Register(List<ExecutionInterceptor> interceptors, Plan plan) {
    DynamoDbLocal.createTables(place.client(), prefix);
    faulty =
        place
            .builder()
            .get()
            .overrideConfiguration(
                override -> interceptors.forEach(override::addExecutionInterceptor))
            .build();
    application =
        ApplicationContext.builder().properties(settings(plan)).singletons(faulty, clock).start();
  }

  private Map<String, Object> settings(Plan plan) {
    Map<String, Object> settings =
        new HashMap<>(
            Map.of(
                "max-smtp-users", Integer.toString(plan.maxSmtpUsers()),
                "nomination-proof", plan.proof() ? "required" : "off",
                "http-url", "https://api.example.com",
                "password-pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy",
                "openid-issuer", "https://id.example.com/",
                "openid-audience", "smtp-relay"));
    settings.putAll(
        Map.of(
            "smtp-users-table", table("SmtpUsers"),
            "ip-authentications-table", table("IpAuthentications"),
            "accounts-table", table("Accounts"),
            "audit-table", table("Audit"),
            "idempotency-keys-table", table("IdempotencyKeys"),
            "api-rates-table", table("ApiRates"),
            "proof-codes-table", table("ProofCodes")));
    return settings;
  }

  /** Lets the campaigns that begin from now on have their tables there; null: as before. */
  static void haveTablesIn(@Nullable Place other) {
    place = other == null ? USUAL : other;
  }

  static DynamoDbClient withoutFaults() {
    return place.client();
  }

  String table(String name) {
    return prefix + name;
  }

  SmtpUsers users() {
    return application.getBean(SmtpUsers.class);
  }

  IpAuthentications addresses() {
    return application.getBean(IpAuthentications.class);
  }

  Days clock() {
    return clock;
  }

  /** Every row of {@code SmtpUsers}. */
  List<SmtpUser> allUsers() {
    return rows("SmtpUsers").map(Schemas.SMTP_USERS::mapToItem).toList();
  }

  /** Every row of {@code IpAuthentications}. */
  List<IpAuthentication> allAddresses() {
    return rows("IpAuthentications").map(Schemas.IP_AUTHENTICATIONS::mapToItem).toList();
  }

  /** How many users each account is said to have. */
  Map<String, Integer> counts() {
    return rows("Accounts")
        .collect(
            Collectors.toMap(
                row -> Objects.requireNonNull(row.get("accountId")).s(),
                row -> Integer.parseInt(Objects.requireNonNull(row.get("smtpUsers")).n())));
  }

  /** Every row of {@code ProofCodes}: which username a code leads to. */
  Map<String, String> codes() {
    return rows("ProofCodes")
        .collect(
            Collectors.toMap(
                row -> Objects.requireNonNull(row.get("code")).s(),
                row -> Objects.requireNonNull(row.get("username")).s()));
  }

  private Stream<Map<String, AttributeValue>> rows(String table) {
    return withoutFaults()
        .scanPaginator(scan -> scan.tableName(table(table)).consistentRead(true))
        .items()
        .stream();
  }

  @Override
  public void close() {
    application.close();
    faulty.close();
  }
}
