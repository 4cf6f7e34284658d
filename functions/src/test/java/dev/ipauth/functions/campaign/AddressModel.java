package dev.ipauth.functions.campaign;

import dev.ipauth.functions.campaign.Operation.Ask;
import dev.ipauth.functions.campaign.Operation.Claim;
import dev.ipauth.functions.campaign.Operation.Create;
import dev.ipauth.functions.campaign.Operation.Delete;
import dev.ipauth.functions.campaign.Operation.Done;
import dev.ipauth.functions.campaign.Operation.Full;
import dev.ipauth.functions.campaign.Operation.Held;
import dev.ipauth.functions.campaign.Operation.Missing;
import dev.ipauth.functions.campaign.Operation.Move;
import dev.ipauth.functions.campaign.Operation.Nominate;
import dev.ipauth.functions.campaign.Operation.NotHeld;
import dev.ipauth.functions.campaign.Operation.NotThere;
import dev.ipauth.functions.campaign.Operation.OfUser;
import dev.ipauth.functions.campaign.Operation.OwnedBy;
import dev.ipauth.functions.campaign.Operation.PassDay;
import dev.ipauth.functions.campaign.Operation.Prove;
import dev.ipauth.functions.campaign.Operation.ReadAddress;
import dev.ipauth.functions.campaign.Operation.ReadUser;
import dev.ipauth.functions.campaign.Operation.Release;
import dev.ipauth.functions.campaign.Operation.Shows;
import dev.ipauth.functions.campaign.Operation.Taken;
import dev.ipauth.functions.campaign.Operation.Unknown;
import dev.ipauth.functions.campaign.Operation.Waits;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One address: who owns it, if anybody does. */
record AddressModel(String ip) implements Model<Who> {
  private static final Who NOBODY = new Who("", "");

  @Override
  public Who initial() {
    return NOBODY;
  }

  @Override
  public @Nullable Who after(Who owner, Operation operation) {
    return switch (operation.action()) {
      case ReadAddress read -> isSeen(owner, read, operation) ? owner : null;
      case PassDay _ -> owner;
      case OfUser of -> after(owner, of, operation);
    };
  }

  private @Nullable Who after(Who owner, OfUser action, Operation operation) {
    boolean owns = owner.equals(action.who());
    return switch (operation.outcome()) {
      case Done(), Unknown() -> made(owner, action, owns, operation);
      case Held(Who by) -> owner.equals(by) && !owns ? owner : null;
      // Of a link that leads nowhere its user may still have the address.
      case Missing() -> owns && !(action instanceof Prove) ? null : owner;
      case Waits(var link) -> owns && ip.equals(link.ip()) ? null : owner;
      case Shows(String shown, _) -> owns == ip.equals(shown) ? owner : null;
      case NotHeld() -> isWithout(owner, action) ? owner : null;
      case Taken(), Full(), NotThere() -> owner;
      case OwnedBy _ -> null;
    };
  }

  private @Nullable Who made(Who owner, OfUser action, boolean owns, Operation operation) {
    return switch (action) {
      case Create _ when owns -> null;
      case Prove prove when !prove.isThere() -> null;
      // Whoever asks gets nothing; it is told "done" that has it already.
      case Ask ask -> asked(owner, ask, owns, operation);
      case Move move when ip.equals(move.ip()) ->
          owns || owner.equals(move.giver()) ? move.who() : null;
      case Claim claim when ip.equals(claim.ip()) ->
          owns || owner.equals(NOBODY) ? claim.who() : null;
      case Create _, ReadUser _ -> owner;
      case Nominate _, Move _, Prove _, Release _, Delete _ -> owns ? NOBODY : owner;
    };
  }

  private @Nullable Who asked(Who owner, Ask ask, boolean owns, Operation operation) {
    boolean isTold = operation.outcome() instanceof Done;
    return isTold && owns != ip.equals(ask.ip()) ? null : owner;
  }

  private boolean isWithout(Who owner, OfUser action) {
    return !(action instanceof Move move && ip.equals(move.ip()))
        || !(owner.equals(action.who()) || owner.equals(move.giver()));
  }

  private static boolean isSeen(Who owner, ReadAddress read, Operation operation) {
    Who visible = owner.account().equals(read.account()) ? owner : null;
    return operation.outcome() instanceof OwnedBy(Who seen) && Objects.equals(visible, seen);
  }

  /** Whether the operation, of a user who ever claimed this address, has a part in its history. */
  boolean concerns(Operation operation) {
    return switch (operation.action()) {
      case ReadAddress read -> read.ip().equals(ip);
      // A refusal for another address says nothing of this one.
      case Claim claim -> ip.equals(claim.ip()) || !(operation.outcome() instanceof Held);
      case Ask ask -> ip.equals(ask.ip());
      case Release _, Delete _, ReadUser _ -> true;
      case PassDay _ -> false;
    };
  }
}
