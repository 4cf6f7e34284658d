package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.smtp.Reply;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswersTest {

  @ParameterizedTest
  @CsvSource({
    "250, ok,           ,          ,                 taken",
    "354, go ahead,     ,          ,                 taken",
    "451, 4.4.1 away,   ,          ,                 not now",
    "550, 5.1.1 no,     ,          ,                 not now",
    "550, 5.1.1 no,     RCPT,      REFUSED_FOR_GOOD, refused",
    "550, 5.7.60 no,    RCPT,      REFUSED_FOR_GOOD, operator fault",
    "451, 4.7.60 no,    FINAL_DOT, REFUSED_FOR_NOW,  operator fault",
    "550, 5.7.600 no,   RCPT,      REFUSED_FOR_GOOD, refused",
    "450, 4.2.2 full,   RCPT,      REFUSED_FOR_NOW,  not now of recipient",
    "421, 4.3.2 closes, RCPT,      REFUSED_FOR_NOW,  not now",
    "450, 4.2.2 full,   MAIL,      REFUSED_FOR_NOW,  not now",
    "450, 4.2.2 full,   FINAL_DOT, REFUSED_FOR_NOW,  not now",
    "451, 4.4.1 away,   CONNECT,   UNREACHABLE,      not now",
    "451, 4.4.1 away,   RCPT,      CLOSED,           not now",
    "451, 4.4.1 away,   FINAL_DOT, TIMED_OUT,        not now",
    "451, 4.4.1 away,   DATA,      NONSENSE,         not now",
    "451, 4.3.2 full,   MAIL,      PACED,            held back by pace",
    "451, 4.3.2 full,   TEXT,      NO_ROOM,          held back",
    "451, 4.4.1 away,   FINAL_DOT, ABANDONED,        held back",
    "451, 4.4.1 away,   AUTH,      OPERATOR,         operator fault"
  })
  void whatAnAnswerComesTo(
      int code,
      String words,
      Failure.@Nullable Stage stage,
      Failure.@Nullable Kind kind,
      String verdict) {
    Failure failure =
        stage == null || kind == null ? null : new Failure(stage, kind, "the next hop said so");
    var answers = new Answers(Set.of("5.7.60", "4.7.60"));

    assertEquals(verdict, word(answers.of(Reply.of(code, words), failure)));
  }

  private static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Taken _ -> "taken";
      case Verdict.Refused _ -> "refused";
      case Verdict.NotNow(Reply _, boolean ofRecipient) ->
          ofRecipient ? "not now of recipient" : "not now";
      case Verdict.HeldBack(Reply _, boolean byPace) -> byPace ? "held back by pace" : "held back";
      case Verdict.OperatorFault _ -> "operator fault";
    };
  }
}
