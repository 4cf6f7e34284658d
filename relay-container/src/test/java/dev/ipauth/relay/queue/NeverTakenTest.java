package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the next hop refuses whatever its state is refused at once, though it can't be asked. */
class NeverTakenTest extends WithAQueue {
  NeverTakenTest(@TempDir Path folder) {
    super(folder);
  }

  /** Whoever stands at the panel sees a wrong recipient at once. */
  @Test
  void whatTheNextHopNeverTakesIsRefusedThoughItIsDown() throws IOException {
    isDown = true;
    neverTakenTo = Set.of("b@x");
    Heard heard = send(new ScriptedDelivery(List.of(), "", ""), "a@x", "b@x", "c@x", "d@x", "e@x");

    assertEquals(List.of("250", "501", "250", "250", "452"), heard.recipients());
    assertEquals("250 queued", heard.end());
    assertEquals(List.of("a@x", "c@x", "d@x"), keptRecipients());
  }

  /** It has failed at the first recipient, and can't be asked about the others. */
  @Test
  void whatTheNextHopNeverTakesIsRefusedThoughItIsGone() throws IOException {
    neverTakenTo = Set.of("b@x");
    Heard heard = send(new ScriptedDelivery(List.of("lost", "lost"), "", ""), "a@x", "b@x");

    assertEquals(List.of("250", "501"), heard.recipients());
    assertEquals(List.of("a@x"), keptRecipients());
  }

  @Test
  void whatTheNextHopNeverTakesIsRefusedThoughItGoesAwayAtThatRecipient() throws IOException {
    neverTakenTo = Set.of("b@x");
    Heard heard = send(new ScriptedDelivery(List.of("lost", "lost"), "", ""), "b@x", "a@x");

    assertEquals(List.of("501", "250"), heard.recipients());
    assertEquals(List.of("a@x"), keptRecipients());
  }

  @Test
  void aSenderAndATextThatTheNextHopNeverTakesLikewise() throws IOException {
    isDown = true;
    largest = TEXT.length() - 1L;
    var local = new MailFrom("scans", -1, false, false, null, null);
    var delivery = delivery(new ScriptedDelivery(List.of(), "", ""));
    assertEquals("501", code(on(delivery, d -> d.begin(new Submission("id1", user, local)))));

    assertEquals("552", send(new ScriptedDelivery(List.of(), "", ""), "a@x").end());
    assertEquals(List.of(), rows());
    assertEquals(0, room.keptBytes());
  }
}
