package dev.ipauth.functions.campaign;

import dev.ipauth.functions.campaign.Operation.Create;
import dev.ipauth.functions.campaign.Operation.Delete;
import dev.ipauth.functions.campaign.Operation.Done;
import dev.ipauth.functions.campaign.Operation.Full;
import dev.ipauth.functions.campaign.Operation.Held;
import dev.ipauth.functions.campaign.Operation.Missing;
import dev.ipauth.functions.campaign.Operation.Move;
import dev.ipauth.functions.campaign.Operation.Nominate;
import dev.ipauth.functions.campaign.Operation.NotHeld;
import dev.ipauth.functions.campaign.Operation.OfUser;
import dev.ipauth.functions.campaign.Operation.OwnedBy;
import dev.ipauth.functions.campaign.Operation.ReadAddress;
import dev.ipauth.functions.campaign.Operation.ReadUser;
import dev.ipauth.functions.campaign.Operation.Release;
import dev.ipauth.functions.campaign.Operation.Shows;
import dev.ipauth.functions.campaign.Operation.Taken;
import dev.ipauth.functions.campaign.Operation.Unknown;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One username: whose user has it, if any, and which address that one shows. */
record UserModel(String user) implements Model<UserModel.State> {
  /**
   * What is known by the name.
   *
   * @param account null when nobody has it
   */
  record State(@Nullable String account, @Nullable String ip) {
    boolean isOf(Who who) {
      return who.account().equals(account);
    }
  }

  private static final State ABSENT = new State(null, null);

  @Override
  public State initial() {
    return ABSENT;
  }

  @Override
  public @Nullable State after(State state, Operation operation) {
    return switch (operation.action()) {
      case ReadAddress read -> isSeen(state, read, operation) ? state : null;
      case Move move when move.from().equals(user) -> given(state, move, operation);
      case OfUser of -> after(state, of, operation);
    };
  }

  /** What becomes of the user who is to give its address away. */
  private static @Nullable State given(State state, Move move, Operation operation) {
    boolean has = state.isOf(move.giver()) && move.ip().equals(state.ip());
    return switch (operation.outcome()) {
      // The other may have had it before, and then nothing is given.
      case Done(), Unknown() -> has ? new State(state.account(), null) : state;
      case NotHeld() -> has ? null : state;
      case Held _, Taken(), Full(), Missing(), Shows _, OwnedBy _ -> state;
    };
  }

  private static @Nullable State after(State state, OfUser action, Operation operation) {
    boolean isThere = state.isOf(action.who());
    return switch (operation.outcome()) {
      case Done(), Unknown() -> made(state, action);
      case Held(Who by) -> mayBeTold(state, action, by) ? state : null;
      case NotHeld() -> isThere ? state : null;
      case Full() -> state;
      case Taken() -> state.equals(ABSENT) ? null : state;
      case Missing() -> isThere ? null : state;
      case Shows(String ip) -> isThere && Objects.equals(ip, state.ip()) ? state : null;
      case OwnedBy _ -> null;
    };
  }

  /** A new user's name is judged after its account's own addresses, and before all others. */
  private static boolean mayBeTold(State state, OfUser action, Who holder) {
    if (!(action instanceof Create)) {
      return state.isOf(action.who());
    }
    return holder.account().equals(action.who().account()) || state.equals(ABSENT);
  }

  private static @Nullable State made(State state, OfUser action) {
    String account = action.who().account();
    if (action instanceof Create create) {
      return state.equals(ABSENT) ? new State(account, create.ip()) : null;
    }
    if (!state.isOf(action.who())) {
      return null;
    }
    return switch (action) {
      case Nominate nominate -> new State(account, nominate.ip());
      case Move move -> new State(account, move.ip());
      case Release _ -> new State(account, null);
      case Delete _ -> ABSENT;
      case Create _, ReadUser _ -> state;
    };
  }

  private boolean isSeen(State state, ReadAddress read, Operation operation) {
    return operation.outcome() instanceof OwnedBy(Who owner)
        && owner != null
        && owner.user().equals(user)
        && state.isOf(owner)
        && read.ip().equals(state.ip());
  }

  boolean concerns(Operation operation) {
    return switch (operation.action()) {
      case Move move when move.from().equals(user) -> true;
      case OfUser of -> of.who().user().equals(user);
      case ReadAddress _ ->
          operation.outcome() instanceof OwnedBy(Who owner)
              && owner != null
              && owner.user().equals(user);
    };
  }
}
