/**
 * `verify.sh` of a proof package: checks the signature of every message in it with programs of others (sh, awk, sed,
 * xmllint, OpenSSL with the ГОСТ engine) and says «Подпись верна» or what failed; exit status 0, 1, or 2 when a program is
 * missing. Made for our own messages (lib/gis/signature/xades.ts): prefixes soap, ds and xades, one element in the Body, its
 * signature first in it. Anything else fails, so nothing unsigned can pass for signed.
 *
 * It cuts parts out of the *canonical* text, where «<» begins a tag and nothing else, and where the ancestors of the signed
 * element use the prefix soap alone: the part is then the very bytes that exclusive canonicalization of the node gives.
 *
 * The script must not contain a dollar sign before a brace: it would be a substitution of TypeScript.
 */
export const VERIFY_SH = String.raw`#!/bin/sh
# Проверка подписи: sh verify.sh
# Проверяет каждое сообщение из папки messages. В сеть не выходит, пишет только в папку check: в ней остаются
# промежуточные файлы каждого шага. Шаги те же, что в файле ПРОЧТИ-МЕНЯ.txt, раздел «Как проверить подпись вручную».
# Нужны: openssl с модулем ГОСТ, xmllint, awk, sed. В Debian и Ubuntu:
#   apt install openssl libengine-gost-openssl libxml2-utils
# Ответ: 0 — подписи верны, 1 — что-то не сошлось, 2 — не хватает программы.

LC_ALL=C
export LC_ALL
cd "$(dirname -- "$0")" || exit 2

DS=http://www.w3.org/2000/09/xmldsig#
XADES=http://uri.etsi.org/01903/v1.3.2#
STREEBOG=urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34112012-256
GOST_SIGNATURE=urn:ietf:params:xml:ns:cpxmlsec:algorithms:gostr34102012-gostr34112012-256
C14N=http://www.w3.org/2001/10/xml-exc-c14n#

# часть текста между двумя метками; каждая должна встретиться ровно один раз
between() { awk -v from="$2" -v to="$3" 'BEGIN { RS = from "|" to; ORS = "" } NR == 2 { print } END { exit NR != 3 }' "$1"; }
# текст без этой части и без самих меток
without() { awk -v from="$2" -v to="$3" 'BEGIN { RS = from "|" to; ORS = "" } NR != 2 { print } END { exit NR != 3 }' "$1"; }
xpath() { xmllint --nonet --xpath "$2" "$1" 2>/dev/null; }
base64_of_streebog() { openssl dgst -engine gost -md_gost12_256 -binary "$1" 2>/dev/null | openssl base64 -A; }
# из base64, без вольностей в записи
decode() { openssl base64 -d -A -in "$1" -out "$2" 2>/dev/null && [ "$(openssl base64 -A -in "$2")" = "$(cat "$1")" ]; }
hash_94() { openssl dgst -engine gost -md_gost94 <"$1" 2>/dev/null | sed 's/^.*= *//'; }

for program in openssl xmllint awk sed; do
  command -v "$program" >/dev/null || { echo "Проверить нельзя: нет программы $program."; exit 2; }
done
openssl dgst -engine gost -md_gost12_256 </dev/null >/dev/null 2>&1 || {
  echo 'Проверить нельзя: openssl не знает ГОСТ. Поставьте модуль (в Debian и Ubuntu: libengine-gost-openssl).'
  exit 2
}

# одно сообщение: $1 — папка с ним, $2 — папка для промежуточных файлов
check() (
  message=$1/message.xml
  work=$2
  no() { echo "  ПОДПИСЬ НЕ ВЕРНА: $1."; exit 1; }
  no_answer() { echo "  ОШИБКА: $1."; exit 1; }
  echo "$message"

  # 1. Канонический вид: в нём угловая скобка начинает тег и ничего больше
  awk 'NR == 1 && index($0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>") != 1 || index($0, "<!DOCTYPE") { exit 1 }' "$message" ||
    no 'сообщение начинается не так, как его подписывали'
  xmllint --nonet --exc-c14n "$message" >"$work/canonical.xml" 2>"$work/errors.txt" || no 'сообщение испорчено, это не XML'
  awk 'index($0, "<?") { exit 1 }' "$work/canonical.xml" || no 'в сообщении посторонние инструкции'

  # 2. Тело, подпись в нём и то, что подписано: тело без подписи
  between "$work/canonical.xml" '<soap:Body>' '</soap:Body>' >"$work/body.xml" || no 'в сообщении не одно тело'
  between "$work/body.xml" '<ds:Signature ' '</ds:Signature>' >"$work/inside.xml" || no 'в теле не одна подпись'
  awk 'BEGIN { RS = "<ds:Signature " } NR == 1 { exit $0 !~ /^<[^<>]*>$/ }' "$work/body.xml" ||
    no 'подпись стоит не первой в подписанном элементе'
  without "$work/body.xml" '<ds:Signature ' '</ds:Signature>' >"$work/signed.xml" || no 'в теле не одна подпись'
  awk -v start="xmlns:ds=\"$DS\" Id=\"" 'NR == 1 { exit index($0, start) != 1 }' "$work/inside.xml" || no 'подпись не той формы'
  signature_id=$(awk -F '"' 'NR == 1 { print $4 }' "$work/inside.xml")
  awk -v tag="<xades:QualifyingProperties xmlns:xades=\"$XADES\" Target=\"#$signature_id\">" 'index($0, tag) { found = 1 } END { exit !found }' "$work/inside.xml" ||
    no 'подпись не той формы'

  # 3. SignedInfo: что удостоверяет подпись
  between "$work/inside.xml" '<ds:SignedInfo>' '</ds:SignedInfo>' >"$work/part.xml" || no 'в подписи не один SignedInfo'
  awk -v tag="<ds:SignedInfo xmlns:ds=\"$DS\">" 'BEGIN { RS = "<none>"; ORS = "" } { print tag $0 "</ds:SignedInfo>" }' "$work/part.xml" >"$work/signed-info.xml"
  info="//*[local-name()='SignedInfo']"
  reference="//*[local-name()='Reference']"
  known=$(xpath "$work/signed-info.xml" "count($reference)=2
    and count($reference/*[local-name()='DigestMethod'][@Algorithm='$STREEBOG'])=2
    and $info/*[local-name()='SignatureMethod']/@Algorithm='$GOST_SIGNATURE'
    and $info/*[local-name()='CanonicalizationMethod']/@Algorithm='$C14N'")
  [ "$known" = true ] || no 'подпись не той формы'

  # 4. SignedProperties: время подписи и чей сертификат
  between "$work/inside.xml" '<xades:SignedProperties ' '</xades:SignedProperties>' >"$work/part.xml" || no 'в подписи не один SignedProperties'
  awk -v tag="<xades:SignedProperties xmlns:xades=\"$XADES\" xmlns:ds=\"$DS\" " 'BEGIN { RS = "<none>"; ORS = "" } { print tag $0 "</xades:SignedProperties>" }' "$work/part.xml" |
    xmllint --nonet --exc-c14n - >"$work/signed-properties.xml" 2>"$work/errors.txt" || no 'SignedProperties испорчены'

  # 5. Хэши: подписанное и то, что удостоверяет подпись, должны совпасть
  stated=$(xpath "$work/signed-info.xml" "string($reference[@URI='#signed-data-container']/*[local-name()='DigestValue'])")
  [ -n "$stated" ] && [ "$stated" = "$(base64_of_streebog "$work/signed.xml")" ] || no 'тело сообщения изменено после подписания'
  [ "$(xpath "$work/signed.xml" 'string(/*/@Id)')" = signed-data-container ] || no 'подписан не тот элемент'
  id=$(xpath "$work/signed-properties.xml" 'string(/*/@Id)')
  [ "$id" = "$signature_id-signedprops" ] || no 'подпись не той формы'
  stated=$(xpath "$work/signed-info.xml" "string($reference[@URI='#$id']/*[local-name()='DigestValue'])")
  [ -n "$stated" ] && [ "$stated" = "$(base64_of_streebog "$work/signed-properties.xml")" ] ||
    no 'время подписи или сведения о сертификате изменены после подписания'

  # 6. Сертификат лежит в сообщении; подпись называет именно его
  between "$work/inside.xml" '<ds:X509Certificate>' '</ds:X509Certificate>' >"$work/part.xml" || no 'в подписи не один сертификат'
  decode "$work/part.xml" "$work/certificate.der" || no 'сертификат испорчен'
  stated=$(xpath "$work/signed-properties.xml" "string(//*[local-name()='CertDigest']/*[local-name()='DigestValue'])")
  [ -n "$stated" ] && [ "$stated" = "$(base64_of_streebog "$work/certificate.der")" ] || no 'сертификат подменён'
  openssl x509 -engine gost -inform DER -in "$work/certificate.der" -pubkey -noout >"$work/key.pem" 2>/dev/null || no 'сертификат испорчен'

  # 7. Сама подпись: ключом из сертификата под SignedInfo
  between "$work/inside.xml" '<ds:SignatureValue>' '</ds:SignatureValue>' >"$work/part.xml" || no 'в подписи не одно значение'
  decode "$work/part.xml" "$work/signature.bin" || no 'значение подписи испорчено'
  openssl dgst -engine gost -md_gost12_256 -verify "$work/key.pem" -signature "$work/signature.bin" "$work/signed-info.xml" >/dev/null 2>&1 ||
    no 'значение подписи не сходится с ключом из сертификата'

  echo '  Подпись верна.'
  echo "  Подписано: $(xpath "$work/signed-properties.xml" "string(//*[local-name()='SigningTime'])")"
  openssl x509 -engine gost -inform DER -in "$work/certificate.der" -noout -subject -issuer -serial -dates -nameopt utf8,-esc_msb,sep_comma_plus_space 2>/dev/null |
    sed -e 's/^subject=/Сертификат: /' -e 's/^issuer=/Кем выдан: /' -e 's/^serial=/Номер: /' -e 's/^notBefore=/Действует с: /' -e 's/^notAfter=/Действует по: /' -e 's/^/  /'

  # 8. Что в подписанном сказано об этом запросе, и те ли файлы приложены
  guid=$(cat "$1/transport-guid.txt" 2>/dev/null) || no_answer 'неизвестно, какой ответ искать'
  action="//*[local-name()='action'][*[local-name()='TransportGUID']='$guid']"
  [ "$(xpath "$work/signed.xml" "count($action)")" = 1 ] || no_answer "в сообщении нет ответа с TransportGUID $guid"
  case "$(xpath "$work/signed.xml" "concat($action/*[local-name()='actionType'],' ',$action/*[local-name()='responseData']/*[local-name()='hasDebt'])")" in
    'Send true') said='задолженность существует' ;;
    'Send false') said='задолженность отсутствует' ;;
    'Revoke ') said='ответ отзывается' ;;
    *) no_answer "непонятный ответ с TransportGUID $guid" ;;
  esac
  echo "  Об этом запросе подписано: $said (TransportGUID $guid)."
  for hash in $(xpath "$work/signed.xml" "$action//*[local-name()='AttachmentHASH']/text()" | sed 's/[0-9a-f]\{64\}/& /g'); do
    found=
    for file in files/*; do
      [ -f "$file" ] && [ "$(hash_94 "$file")" = "$hash" ] && found=$file
    done
    [ -n "$found" ] || no_answer "в папке files нет файла, хэш которого подписан: $hash"
    echo "  Файл тот, что подписан: $found"
  done
)

failed=0
checked=0
for folder in messages/*; do
  [ -f "$folder/message.xml" ] || continue
  work=check/$(basename -- "$folder")
  rm -rf "$work"
  mkdir -p "$work" || exit 2
  check "$folder" "$work" || failed=1
  checked=$((checked + 1))
done
echo
[ "$checked" -gt 0 ] || { echo 'Сообщений в папке messages нет.'; exit 1; }
[ "$failed" = 0 ] || { echo 'Проверка не пройдена, причина названа выше.'; exit 1; }
echo 'Проверка пройдена.'
`;
