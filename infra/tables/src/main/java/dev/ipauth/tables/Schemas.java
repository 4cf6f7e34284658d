package dev.ipauth.tables;

import static software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags.primaryPartitionKey;
import static software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags.secondaryPartitionKey;
import static software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTags.secondarySortKey;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.enhanced.dynamodb.AttributeConverter;
import software.amazon.awssdk.enhanced.dynamodb.EnhancedType;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticImmutableTableSchema;

/**
 * The rows of {@code infra/tables/tables.yaml} for the DynamoDB Enhanced Client. Attribute names
 * are constants, because expressions name them too.
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
  public static final String IP_RESTRICTIONS = "ipRestrictions";
  public static final String ALLOWED_SENDERS = "allowedSenders";
  public static final String CREATED_AT = "createdAt";
  public static final String VERSION = "version";
  public static final String SINCE = "since";

  private static final AttributeConverter<Username> USERNAMES =
      ValueConverter.of(Username.class, Username::text, Username::new);
  private static final AttributeConverter<IpAddress> IPS =
      ValueConverter.of(IpAddress.class, IpAddress::toString, IpAddress::parse);
  private static final AttributeConverter<PasswordHash> PASSWORD_HASHES =
      ValueConverter.of(PasswordHash.class, PasswordHash::text, PasswordHash::new);
  private static final EnhancedType<List<String>> TEXTS = EnhancedType.listOf(String.class);

  public static final TableSchema<SmtpUser> SMTP_USERS =
      StaticImmutableTableSchema.builder(SmtpUser.class, SmtpUserRow.class)
          .newItemBuilder(SmtpUserRow::new, SmtpUserRow::read)
          .addAttribute(
              Username.class,
              a ->
                  a.name(USERNAME)
                      .getter(SmtpUser::username)
                      .setter(SmtpUserRow::username)
                      .attributeConverter(USERNAMES)
                      .tags(primaryPartitionKey(), secondarySortKey(BY_ACCOUNT)))
          .addAttribute(
              String.class,
              a ->
                  a.name(ACCOUNT_ID)
                      .getter(SmtpUser::accountId)
                      .setter(SmtpUserRow::accountId)
                      .tags(secondaryPartitionKey(BY_ACCOUNT)))
          .addAttribute(
              String.class,
              a ->
                  a.name(DESCRIPTION)
                      .getter(SmtpUser::description)
                      .setter(SmtpUserRow::description))
          .addAttribute(
              Boolean.class,
              a -> a.name(ENABLED).getter(SmtpUser::enabled).setter(SmtpUserRow::enabled))
          .addAttribute(
              PasswordHash.class,
              a ->
                  a.name(PASSWORD_HASH)
                      .getter(SmtpUser::passwordHash)
                      .setter(SmtpUserRow::passwordHash)
                      .attributeConverter(PASSWORD_HASHES))
          .addAttribute(
              Instant.class,
              a ->
                  a.name(PASSWORD_CHANGED_AT)
                      .getter(SmtpUser::passwordChangedAt)
                      .setter(SmtpUserRow::passwordChangedAt))
          .addAttribute(
              IpAddress.class,
              a -> a.name(IP).getter(Schemas::ip).setter(SmtpUserRow::ip).attributeConverter(IPS))
          .addAttribute(
              Instant.class,
              a -> a.name(IP_SINCE).getter(Schemas::ipSince).setter(SmtpUserRow::ipSince))
          .addAttribute(
              TEXTS,
              a ->
                  a.name(IP_RESTRICTIONS)
                      .getter(
                          user -> user.ipRestrictions().stream().map(Network::toString).toList())
                      .setter(SmtpUserRow::ipRestrictions))
          .addAttribute(
              TEXTS,
              a ->
                  a.name(ALLOWED_SENDERS)
                      .getter(
                          user -> user.allowedSenders().stream().map(AllowedSender::text).toList())
                      .setter(SmtpUserRow::allowedSenders))
          .addAttribute(
              Instant.class,
              a -> a.name(CREATED_AT).getter(SmtpUser::createdAt).setter(SmtpUserRow::createdAt))
          .addAttribute(
              Long.class,
              a -> a.name(VERSION).getter(SmtpUser::version).setter(SmtpUserRow::version))
          .build();

  public static final TableSchema<IpAuthentication> IP_AUTHENTICATIONS =
      StaticImmutableTableSchema.builder(IpAuthentication.class, IpAuthenticationRow.class)
          .newItemBuilder(IpAuthenticationRow::new, IpAuthenticationRow::read)
          .addAttribute(
              IpAddress.class,
              a ->
                  a.name(IP)
                      .getter(IpAuthentication::ip)
                      .setter(IpAuthenticationRow::ip)
                      .attributeConverter(IPS)
                      .tags(primaryPartitionKey(), secondarySortKey(BY_ACCOUNT)))
          .addAttribute(
              String.class,
              a ->
                  a.name(ACCOUNT_ID)
                      .getter(IpAuthentication::accountId)
                      .setter(IpAuthenticationRow::accountId)
                      .tags(secondaryPartitionKey(BY_ACCOUNT)))
          .addAttribute(
              Username.class,
              a ->
                  a.name(USERNAME)
                      .getter(IpAuthentication::username)
                      .setter(IpAuthenticationRow::username)
                      .attributeConverter(USERNAMES))
          .addAttribute(
              Instant.class,
              a -> a.name(SINCE).getter(IpAuthentication::since).setter(IpAuthenticationRow::since))
          .build();

  private Schemas() {}

  private static @Nullable IpAddress ip(SmtpUser user) {
    return user.nomination() == null ? null : user.nomination().ip();
  }

  private static @Nullable Instant ipSince(SmtpUser user) {
    return user.nomination() == null ? null : user.nomination().since();
  }
}
