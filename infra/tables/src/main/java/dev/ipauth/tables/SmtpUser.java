package dev.ipauth.tables;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code SmtpUsers}: a credential that mail is sent through.
 *
 * @param accountId the account that owns it
 * @param nomination its IP authentication, if any; {@code IpAuthentications} holds the same address
 * @param pending the address that waits for proof of control, if any; it counts for nothing
 * @param version raised by every change, so that a late duplicate of an earlier one changes nothing
 */
public record SmtpUser(
    Username username,
    String accountId,
    Profile profile,
    Password password,
    @Nullable Nomination nomination,
    @Nullable PendingNomination pending,
    Instant createdAt,
    long version) {

  /**
   * What the account that owns it has said about it.
   *
   * @param description what a person wrote about it, if anything
   * @param enabled false keeps it from sending, by password and by address
   * @param ipRestrictions where its password may be used from; empty is anywhere
   * @param allowedSenders whom it may send as; empty is anybody
   * @param bouncesTo who is told of mail that couldn't be delivered, if anybody
   */
  public record Profile(
      @Nullable String description,
      boolean enabled,
      List<Network> ipRestrictions,
      List<AllowedSender> allowedSenders,
      @Nullable String bouncesTo) {
    /** What a user begins with: enabled, and nothing said. */
    public static final Profile NEW = new Profile(null, true, List.of(), List.of(), null);

    public Profile {
      ipRestrictions = List.copyOf(ipRestrictions);
      allowedSenders = List.copyOf(allowedSenders);
    }

    public Profile withDescription(@Nullable String value) {
      return new Profile(value, enabled, ipRestrictions, allowedSenders, bouncesTo);
    }

    public Profile withEnabled(boolean value) {
      return new Profile(description, value, ipRestrictions, allowedSenders, bouncesTo);
    }

    public Profile withIpRestrictions(List<Network> value) {
      return new Profile(description, enabled, value, allowedSenders, bouncesTo);
    }

    public Profile withAllowedSenders(List<AllowedSender> value) {
      return new Profile(description, enabled, ipRestrictions, value, bouncesTo);
    }

    public Profile withBouncesTo(@Nullable String value) {
      return new Profile(description, enabled, ipRestrictions, allowedSenders, value);
    }
  }

  /** What the tables keep of its password, and since when. */
  public record Password(PasswordHash hash, Instant changedAt) {}

  public SmtpUser with(Profile value) {
    return new SmtpUser(
        username, accountId, value, password, nomination, pending, createdAt, version);
  }

  public SmtpUser with(Password value) {
    return new SmtpUser(
        username, accountId, profile, value, nomination, pending, createdAt, version);
  }

  public SmtpUser withNomination(@Nullable Nomination value) {
    return new SmtpUser(username, accountId, profile, password, value, pending, createdAt, version);
  }

  public SmtpUser withPending(@Nullable PendingNomination value) {
    return new SmtpUser(
        username, accountId, profile, password, nomination, value, createdAt, version);
  }

  public SmtpUser withVersion(long value) {
    return new SmtpUser(
        username, accountId, profile, password, nomination, pending, createdAt, value);
  }

  public boolean enabled() {
    return profile.enabled();
  }

  public PasswordHash passwordHash() {
    return password.hash();
  }

  public List<AllowedSender> allowedSenders() {
    return profile.allowedSenders();
  }

  /** Whether this is the address it nominates. */
  public boolean nominates(IpAddress address) {
    return nomination != null && nomination.ip().equals(address);
  }

  /** Whether this is the address that waits for proof, and still does. */
  public boolean waitsFor(IpAddress address, Instant now) {
    return pending != null && pending.ip().equals(address) && !pending.isOver(now);
  }

  /** Whether its password may be used from there. */
  public boolean mayUsePasswordFrom(IpAddress address) {
    return profile.ipRestrictions().isEmpty()
        || profile.ipRestrictions().stream().anyMatch(n -> n.contains(address));
  }

  /** Whether it may send as this address. */
  public boolean maySendAs(String address) {
    return allowedSenders().isEmpty() || isAllowed(address);
  }

  /** Made canonical once, however many are allowed. What is no address never is. */
  private boolean isAllowed(String address) {
    try {
      EmailAddress sender = EmailAddress.parse(address);
      return allowedSenders().stream().anyMatch(allowed -> allowed.allows(sender));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
