package dev.ipauth.relay.queue;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Does what others do, but for what a test's own does otherwise. */
class ForwardingTexts implements Texts {
  private final Texts texts;

  ForwardingTexts(Texts texts) {
    this.texts = texts;
  }

  @Override
  public void put(String id, Content content) throws IOException {
    texts.put(id, content);
  }

  @Override
  public InputStream open(String id) throws IOException {
    return texts.open(id);
  }

  @Override
  public void delete(String id) throws IOException {
    texts.delete(id);
  }

  @Override
  public void forEach(Consumer<Found> each) throws IOException {
    texts.forEach(each);
  }

  @Override
  public boolean isAlone() {
    return texts.isAlone();
  }

  @Override
  public void close() {
    texts.close();
  }
}
