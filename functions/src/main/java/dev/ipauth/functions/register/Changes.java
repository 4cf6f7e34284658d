package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.register.Transaction.Part;
import dev.ipauth.functions.register.Transaction.Write;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.PendingNomination;
import dev.ipauth.tables.SmtpUser;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a change writes. A user and its address are written together, and each change of a
 * user rests on its version and raises it.
 */
@Singleton
final class Changes {
  /**
   * Who makes a change, and when.
   *
   * @param key null unless the client named the request
   */
  record By(Caller caller, Instant at, @Nullable IdempotencyKey key) {}

  private final Writes writes;
  private final AuditTrail audit;

  Changes(Writes writes, AuditTrail audit) {
    this.writes = writes;
    this.audit = audit;
  }

  Transaction creation(SmtpUser user, By by) {
    List<Write> rows = begin(user, by);
    rows.add(new Write(Part.COUNT, writes.countOneMore(user.accountId()), false));
    rows.add(new Write(Part.USER, writes.newUser(user), false));
    if (user.nomination() != null) {
      rows.add(claim(user, user.nomination()));
    }
    rows.addAll(codes(null, user));
    return end(rows, "created", null, user, by);
  }

  Transaction deletion(SmtpUser user, By by) {
    List<Write> rows = new ArrayList<>();
    rows.add(new Write(Part.COUNT, writes.countOneLess(user.accountId()), false));
    rows.add(new Write(Part.USER, writes.deletedUser(user), true));
    if (user.nomination() != null) {
      rows.add(free(user, user.nomination().ip()));
    }
    rows.addAll(codes(user, null));
    return end(rows, "deleted", user, null, by);
  }

  /**
   * Claims, replaces or frees an address as well, where before and after differ in that.
   *
   * @param after with a higher version
   */
  Transaction edit(String what, SmtpUser before, SmtpUser after, By by) {
    List<Write> rows = begin(after, by);
    rows.add(new Write(Part.USER, writes.changedUser(before, after), true));
    Nomination had = before.nomination();
    Nomination has = after.nomination();
    if (had != null && !had.equals(has)) {
      rows.add(free(before, had.ip()));
    }
    if (has != null && !has.equals(had)) {
      rows.add(claim(after, has));
    }
    rows.addAll(codes(before, after));
    return end(rows, what, before, after, by);
  }

  /** The address goes from one user of the account to another, without being free in between. */
  Transaction move(SmtpUser giver, String what, SmtpUser before, SmtpUser after, By by) {
    Nomination moved = Objects.requireNonNull(after.nomination(), "who gets an address has it");
    List<Write> rows = begin(after, by);
    rows.add(new Write(Part.USER, writes.changedUser(before, after), true));
    SmtpUser without = giver.withNomination(null).withVersion(giver.version() + 1);
    rows.add(new Write(Part.GIVER, writes.changedUser(giver, without), true));
    if (before.nomination() != null) {
      rows.add(free(before, before.nomination().ip()));
    }
    rows.add(new Write(Part.CLAIMED_ADDRESS, writes.movedAddress(moved, giver, after), false));
    rows.addAll(codes(before, after));
    Transaction whole = end(rows, what, before, after, by);
    String released = new SmtpUserEdit.Release().what();
    AuditLine givers = audit.line(released, giver, without, by, whole.token());
    rows.add(new Write(Part.AUDIT, writes.auditLine(givers), false));
    return new Transaction(whole.token(), List.copyOf(rows), whole.line());
  }

  private List<Write> begin(SmtpUser user, By by) {
    List<Write> rows = new ArrayList<>();
    if (by.key() != null) {
      rows.add(new Write(Part.IDEMPOTENCY_KEY, writes.usedKey(by.key(), user, by.at()), true));
    }
    return rows;
  }

  private Transaction end(
      List<Write> rows, String what, @Nullable SmtpUser before, @Nullable SmtpUser after, By by) {
    String token = Randoms.token();
    AuditLine line = audit.line(what, before, after, by, token);
    if (isTold(before, after)) {
      rows.add(new Write(Part.AUDIT, writes.auditLine(line), false));
    }
    return new Transaction(token, List.copyOf(rows), line);
  }

  /** Not when only the version is raised, which is nobody's concern. */
  private static boolean isTold(@Nullable SmtpUser before, @Nullable SmtpUser after) {
    return before == null || after == null || !before.equals(after.withVersion(before.version()));
  }

  /** What waits for proof is found by its code, as long as the user has it. */
  private List<Write> codes(@Nullable SmtpUser before, @Nullable SmtpUser after) {
    PendingNomination waited = before == null ? null : before.pending();
    PendingNomination waits = after == null ? null : after.pending();
    List<Write> rows = new ArrayList<>();
    if (waited != null && !waited.equals(waits)) {
      rows.add(new Write(Part.PROOF_CODE, writes.droppedCode(waited), false));
    }
    if (after != null && waits != null && !waits.equals(waited)) {
      rows.add(new Write(Part.PROOF_CODE, writes.keptCode(after, waits), false));
    }
    return rows;
  }

  private Write free(SmtpUser user, IpAddress ip) {
    return new Write(Part.FREED_ADDRESS, writes.freedAddress(user, ip), false);
  }

  private Write claim(SmtpUser user, Nomination nomination) {
    return new Write(Part.CLAIMED_ADDRESS, writes.claimedAddress(user, nomination), false);
  }
}
