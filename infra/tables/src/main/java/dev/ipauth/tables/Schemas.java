package dev.ipauth.tables;

import static software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags.primaryPartitionKey;
import static software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags.secondaryPartitionKey;
import static software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags.secondarySortKey;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.enhanced.dynamodb.AttributeConverter;
import software.amazon.awssdk.enhanced.dynamodb.DefaultAttributeConverterProvider;
import software.amazon.awssdk.enhanced.dynamodb.EnhancedType;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticImmutableTableSchema;

/**
 * The rows of {@code infra/tables/tables.yaml} for the DynamoDB Enhanced Client. Attribute names
 * are constants, because expressions name them too. A new column of {@code SmtpUsers} is a line in
 * three lists here, and a field of {@link SmtpUser}; nothing else knows all columns.
 */
public final class Schemas {
  public static final String BY_ACCOUNT = "byAccount";

  public static final String USERNAME = "username";
  public static final String ACCOUNT_ID = "accountId";
  public static final String DESCRIPTION = "description";
  public static final String ENABLED = "enabled";
  public static final String PASSWORD_HASH = "passwordHash";
  public static final String PASSWORD_CHANGED_AT = "passwordChangedAt";
  public static final String IP = "ip";
  public static final String IP_SINCE = "ipSince";
  public static final String PENDING_IP = "pendingIp";
  public static final String PENDING_SINCE = "pendingSince";
  public static final String PENDING_CODE = "pendingCode";
  public static final String IP_RESTRICTIONS = "ipRestrictions";
  public static final String ALLOWED_SENDERS = "allowedSenders";
  public static final String BOUNCES_TO = "bouncesTo";
  public static final String CREATED_AT = "createdAt";
  public static final String VERSION = "version";
  public static final String SINCE = "since";

  private static final AttributeConverter<Username> USERNAMES =
      Column.text(Username.class, Username::text, Username::new);
  private static final AttributeConverter<IpAddress> IPS =
      Column.text(IpAddress.class, IpAddress::toString, IpAddress::parse);
  private static final AttributeConverter<PasswordHash> HASHES =
      Column.text(PasswordHash.class, PasswordHash::text, PasswordHash::new);
  private static final AttributeConverter<List<Network>> NETWORKS =
      Column.texts(Network.class, Network::toString, Network::parse);
  private static final AttributeConverter<List<AllowedSender>> SENDERS =
      Column.texts(AllowedSender.class, AllowedSender::text, AllowedSender::new);
  private static final AttributeConverter<String> TEXT = standard(String.class);
  private static final AttributeConverter<Instant> TIME = standard(Instant.class);
  private static final AttributeConverter<Boolean> FLAG = standard(Boolean.class);
  private static final AttributeConverter<Long> NUMBER = standard(Long.class);

  /** The columns of {@code SmtpUsers}. */
  private static final class OfUser {
    static final Column<SmtpUser, Username> NAME = of(USERNAME, USERNAMES, SmtpUser::username);
    static final Column<SmtpUser, String> ACCOUNT = of(ACCOUNT_ID, TEXT, SmtpUser::accountId);
    static final Column<SmtpUser, String> ABOUT =
        of(DESCRIPTION, TEXT, user -> user.profile().description());
    static final Column<SmtpUser, Boolean> ON = of(ENABLED, FLAG, SmtpUser::enabled);
    static final Column<SmtpUser, PasswordHash> HASH =
        of(PASSWORD_HASH, HASHES, SmtpUser::passwordHash);
    static final Column<SmtpUser, Instant> HASHED_AT =
        of(PASSWORD_CHANGED_AT, TIME, user -> user.password().changedAt());
    static final Column<SmtpUser, IpAddress> ADDRESS = of(IP, IPS, Schemas::ip);
    static final Column<SmtpUser, Instant> ADDRESS_SINCE = of(IP_SINCE, TIME, Schemas::ipSince);
    static final Column<SmtpUser, IpAddress> WAITS_FOR =
        of(PENDING_IP, IPS, user -> user.pending() == null ? null : user.pending().ip());
    static final Column<SmtpUser, Instant> WAITS_SINCE =
        of(
            PENDING_SINCE,
            TIME,
            user -> user.pending() == null ? null : user.pending().requestedAt());
    static final Column<SmtpUser, String> WAITS_BY =
        of(PENDING_CODE, TEXT, user -> user.pending() == null ? null : user.pending().code());
    static final Column<SmtpUser, List<Network>> RESTRICTED_TO =
        of(IP_RESTRICTIONS, NETWORKS, user -> user.profile().ipRestrictions());
    static final Column<SmtpUser, List<AllowedSender>> SENDS_AS =
        of(ALLOWED_SENDERS, SENDERS, SmtpUser::allowedSenders);
    static final Column<SmtpUser, String> REPORTS_TO =
        of(BOUNCES_TO, TEXT, user -> user.profile().bouncesTo());
    static final Column<SmtpUser, Instant> MADE_AT = of(CREATED_AT, TIME, SmtpUser::createdAt);
    static final Column<SmtpUser, Long> REVISION = of(VERSION, NUMBER, SmtpUser::version);

    static final List<Column<SmtpUser, ?>> OTHERS =
        List.of(
            ABOUT,
            ON,
            HASH,
            HASHED_AT,
            ADDRESS,
            ADDRESS_SINCE,
            WAITS_FOR,
            WAITS_SINCE,
            WAITS_BY,
            RESTRICTED_TO,
            SENDS_AS,
            REPORTS_TO,
            MADE_AT,
            REVISION);

    static SmtpUser read(Row row) {
      IpAddress ip = row.optional(ADDRESS);
      IpAddress pending = row.optional(WAITS_FOR);
      return new SmtpUser(
          row.required(NAME),
          row.required(ACCOUNT),
          new SmtpUser.Profile(
              row.optional(ABOUT),
              row.required(ON),
              row.optional(RESTRICTED_TO, List.of()),
              row.optional(SENDS_AS, List.of()),
              row.optional(REPORTS_TO)),
          new SmtpUser.Password(row.required(HASH), row.required(HASHED_AT)),
          ip == null ? null : new Nomination(ip, row.required(ADDRESS_SINCE)),
          pending == null
              ? null
              : new PendingNomination(pending, row.required(WAITS_SINCE), row.required(WAITS_BY)),
          row.required(MADE_AT),
          row.required(REVISION));
    }

    private static <V> Column<SmtpUser, V> of(
        String name, AttributeConverter<V> converter, Column.Getter<SmtpUser, V> value) {
      return new Column<>(name, converter, value);
    }
  }

  /** The columns of {@code IpAuthentications}. */
  private static final class OfAddress {
    static final Column<IpAuthentication, IpAddress> ADDRESS =
        new Column<>(IP, IPS, IpAuthentication::ip);
    static final Column<IpAuthentication, String> ACCOUNT =
        new Column<>(ACCOUNT_ID, TEXT, IpAuthentication::accountId);
    static final Column<IpAuthentication, Username> USER =
        new Column<>(USERNAME, USERNAMES, IpAuthentication::username);
    static final Column<IpAuthentication, Instant> NOMINATED_AT =
        new Column<>(SINCE, TIME, IpAuthentication::since);

    static IpAuthentication read(Row row) {
      return new IpAuthentication(
          row.required(ADDRESS),
          row.required(ACCOUNT),
          row.required(USER),
          row.required(NOMINATED_AT));
    }
  }

  public static final TableSchema<SmtpUser> SMTP_USERS =
      schema(SmtpUser.class, OfUser::read, OfUser.NAME, OfUser.ACCOUNT, OfUser.OTHERS);

  public static final TableSchema<IpAuthentication> IP_AUTHENTICATIONS =
      schema(
          IpAuthentication.class,
          OfAddress::read,
          OfAddress.ADDRESS,
          OfAddress.ACCOUNT,
          List.of(OfAddress.USER, OfAddress.NOMINATED_AT));

  private Schemas() {}

  /** Both tables have one key, and an index by account in the order of that key. */
  private static <T> TableSchema<T> schema(
      Class<T> type,
      Function<Row, T> read,
      Column<T, ?> key,
      Column<T, ?> account,
      List<Column<T, ?>> others) {
    var schema = StaticImmutableTableSchema.builder(type, Row.class).newItemBuilder(Row::new, read);
    key.addTo(schema, primaryPartitionKey(), secondarySortKey(BY_ACCOUNT));
    account.addTo(schema, secondaryPartitionKey(BY_ACCOUNT));
    others.forEach(column -> column.addTo(schema));
    return schema.build();
  }

  private static <V> AttributeConverter<V> standard(Class<V> type) {
    return DefaultAttributeConverterProvider.create().converterFor(EnhancedType.of(type));
  }

  private static @Nullable IpAddress ip(SmtpUser user) {
    return user.nomination() == null ? null : user.nomination().ip();
  }

  private static @Nullable Instant ipSince(SmtpUser user) {
    return user.nomination() == null ? null : user.nomination().since();
  }
}
