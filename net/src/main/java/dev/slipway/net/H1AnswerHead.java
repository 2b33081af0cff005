package dev.slipway.net;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// The head of an HTTP/1 answer as the bytes that came, with the places of its fields: most of them
/// go on as they are, without becoming objects.
///
/// Implementation note. Reading is strict where proxies have disagreed (RFC 9112, 11.2): no space
/// before a colon, no folded lines, no bare CR or NUL, one length. One instance serves a connection
/// again and again.
final class H1AnswerHead implements AnswerHead {
  private static final int FIRST_FIELDS = 16;
  private static final boolean[] TOKEN = tokens();

  private byte[] text = {};
  private int[] places = new int[4 * FIRST_FIELDS]; // name from, to, value from, to
  private int size;
  private int status;
  private long contentLength;
  private boolean http10;
  private boolean chunked;
  private boolean otherCoding;
  private boolean close;
  private boolean keepAlive;
  private boolean hasDate;
  private String upgrade = "";
  private String connection = "";

  /// Reads a whole head.
  ///
  /// @param bytes not to be changed while this is in use
  /// @param end behind the empty line
  void parse(byte[] bytes, int end) throws MalformedAnswerException {
    clear(bytes);
    int lineEnd = lineEnd(0, end);
    statusLine(contentEnd(0, lineEnd));
    fields(lineEnd + 1, end);
    if (otherCoding || (chunked && http10)) {
      throw new MalformedAnswerException("a transfer-encoding other than chunked");
    }
    if (chunked) {
      close |= contentLength >= 0; // two lengths: the connection is not to be trusted any more
      contentLength = -1;
    }
  }

  /// Reads trailers.
  void parseTrailers(byte[] bytes, int end) throws MalformedAnswerException {
    clear(bytes);
    fields(0, end);
  }

  private void clear(byte[] bytes) {
    text = bytes;
    size = 0;
    status = 0;
    contentLength = -1;
    http10 = false;
    chunked = false;
    otherCoding = false;
    close = false;
    keepAlive = false;
    hasDate = false;
    upgrade = "";
    connection = "";
  }

  private int lineEnd(int from, int end) {
    int at = from;
    while (at < end && text[at] != '\n') {
      at++;
    }
    return at;
  }

  private int contentEnd(int from, int lineEnd) {
    return lineEnd > from && text[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
  }

  private void statusLine(int end) throws MalformedAnswerException {
    boolean http1 =
        end >= 12
            && HeaderEdits.same("http/1.", text, 0, 7)
            && text[8] == ' '
            && (end == 12 || text[12] == ' ');
    if (!http1) {
      throw new MalformedAnswerException("no status line of HTTP/1");
    }
    http10 = text[7] == '0';
    for (int i = 9; i < 12; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new MalformedAnswerException("a status that is no number");
      }
      status = 10 * status + digit;
    }
    if (status < 100) {
      throw new MalformedAnswerException("a status below 100");
    }
  }

  private void fields(int from, int end) throws MalformedAnswerException {
    int at = from;
    while (at < end) {
      int lineEnd = lineEnd(at, end);
      int contentEnd = contentEnd(at, lineEnd);
      if (contentEnd == at) {
        return;
      }
      field(at, contentEnd);
      at = lineEnd + 1;
    }
  }

  private void field(int from, int end) throws MalformedAnswerException {
    int colon = from;
    while (colon < end && text[colon] >= 0 && TOKEN[text[colon]]) {
      colon++;
    }
    if (colon == from || colon == end || text[colon] != ':') {
      throw new MalformedAnswerException("a header line without a name and a colon");
    }
    int valueFrom = colon + 1;
    while (valueFrom < end && blank(text[valueFrom])) {
      valueFrom++;
    }
    int valueTo = end;
    while (valueTo > valueFrom && blank(text[valueTo - 1])) {
      valueTo--;
    }
    for (int i = valueFrom; i < valueTo; i++) {
      int c = text[i];
      if (c >= 0 && c < ' ' && c != '\t') {
        throw new MalformedAnswerException("a control character in a header");
      }
    }
    if (!special(from, colon, valueFrom, valueTo)) {
      place(from, colon, valueFrom, valueTo);
    }
  }

  private static boolean blank(int c) {
    return c == ' ' || c == '\t';
  }

  /// Whether a field is for this hop alone, and so is read here and not passed on.
  private boolean special(int from, int to, int valueFrom, int valueTo)
      throws MalformedAnswerException {
    return switch (to - from) {
      case 4 -> {
        hasDate |= HeaderEdits.same("date", text, from, to);
        yield false;
      }
      case 7 -> HeaderEdits.same("upgrade", text, from, to) && upgrade(valueFrom, valueTo);
      case 10 ->
          HeaderEdits.same("keep-alive", text, from, to)
              || (HeaderEdits.same("connection", text, from, to)
                  && connection(value(valueFrom, valueTo).toLowerCase(Locale.ROOT)));
      case 14 -> HeaderEdits.same("content-length", text, from, to) && length(valueFrom, valueTo);
      case 16 -> HeaderEdits.same("proxy-connection", text, from, to);
      case 17 ->
          HeaderEdits.same("transfer-encoding", text, from, to) && coding(valueFrom, valueTo);
      default -> false;
    };
  }

  private boolean upgrade(int from, int to) {
    upgrade = value(from, to);
    return true;
  }

  private boolean coding(int from, int to) {
    otherCoding |= chunked || !HeaderEdits.same("chunked", text, from, to);
    chunked = true;
    return true;
  }

  private boolean connection(String value) {
    for (var word : value.split(",", -1)) {
      switch (word.strip()) {
        case "close" -> close = true;
        case "keep-alive" -> keepAlive = true;
        case "upgrade", "" -> {}
        default -> connection = connection + "," + word.strip() + ",";
      }
    }
    return true;
  }

  private boolean length(int from, int to) throws MalformedAnswerException {
    long length = 0;
    for (int i = from; i < to; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9 || length > Long.MAX_VALUE / 10 - 1) {
        throw new MalformedAnswerException("a content-length that is no length");
      }
      length = 10 * length + digit;
    }
    if (from == to || (contentLength >= 0 && contentLength != length)) {
      throw new MalformedAnswerException("no single content-length");
    }
    contentLength = length;
    return true;
  }

  private void place(int from, int to, int valueFrom, int valueTo) {
    if (4 * size == places.length) {
      places = Arrays.copyOf(places, 2 * places.length);
    }
    places[4 * size] = from;
    places[4 * size + 1] = to;
    places[4 * size + 2] = valueFrom;
    places[4 * size + 3] = valueTo;
    size++;
  }

  private String value(int from, int to) {
    return new String(text, from, to - from, StandardCharsets.ISO_8859_1);
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public long contentLength() {
    return contentLength;
  }

  boolean chunked() {
    return chunked;
  }

  /// Whether the connection may be used again (RFC 9112, 9.3).
  boolean keepAlive() {
    return !close && (!http10 || keepAlive);
  }

  @Override
  public boolean hasDate() {
    return hasDate;
  }

  @Override
  public String upgrade() {
    return upgrade;
  }

  boolean isEmpty() {
    return size == 0;
  }

  private boolean passes(int field, HeaderEdits edits) {
    int from = places[4 * field];
    int to = places[4 * field + 1];
    return (edits.size() == 0 || !edits.drops(text, from, to))
        && (connection.isEmpty()
            || !connection.contains("," + value(from, to).toLowerCase(Locale.ROOT) + ","));
  }

  @Override
  public void copyTo(HeadText target, HeaderEdits edits) {
    for (int i = 0; i < size; i++) {
      if (passes(i, edits)) {
        int at = 4 * i;
        target.field(text, places[at], places[at + 1], places[at + 2], places[at + 3]);
      }
    }
    target.add(edits);
  }

  @Override
  public void copyTo(Http2Headers fields, HeaderEdits edits) {
    for (int i = 0; i < size; i++) {
      if (passes(i, edits)) {
        int at = 4 * i;
        var name = new AsciiString(text, places[at], places[at + 1] - places[at], true);
        var value = new AsciiString(text, places[at + 2], places[at + 3] - places[at + 2], true);
        fields.add(name.toLowerCase(), value);
      }
    }
    H2Fields.add(fields, edits);
  }

  private static boolean[] tokens() {
    var tokens = new boolean[128];
    for (char c = 0; c < 128; c++) {
      tokens[c] =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
    return tokens;
  }
}
