import { plural } from '@/lib/calendar/plural';
import { requisitesInWords } from '@/lib/staff/requisites-schema';
import type { ProofContent } from './proof';

/**
 * `ПРОЧТИ-МЕНЯ.txt`: what lies in the package, whose personal data it is, and how anybody verifies the signature without
 * «Отклик». Lines that begin with «$ » are commands, to be run in this order in the folder of the package.
 */
export function proofReadme({ request, organization, messages, files }: ProofContent): string {
  const others = messages.reduce((sum, message) => sum + message.otherAnswers, 0);
  const shown = messages.reduce((sum, message) => sum + (message.look?.otherRequests ?? 0), 0);
  return `ПОДТВЕРЖДЕНИЕ ОТВЕТА НА ЗАПРОС № ${request.requestNumber}

Организация: ${requisitesInWords(organization)}
Запрос соцзащиты в ГИС ЖКХ: № ${request.requestNumber}, идентификатор подзапроса ${request.subrequestGuid}


ЧТО ЗДЕСЬ ЛЕЖИТ

история.html      Запрос, ответ и его история словами. Открывается в браузере, печатается.
ответ.json        То же для программ: ответ, каким он был отправлен, идентификаторы, хэши файлов.
messages          Сообщения, ушедшие на портал об этом запросе, их ${messages.length}; по папке на каждое:
${messages.map(inventory).join('\n')}
${files.length > 0 ? `files             Файлы ответа: ${files.length}. Их хэши подписаны вместе с ответом.\n` : ''}verify.sh         Проверка подписи одной командой.

Все XML здесь байт в байт такие, какими ушли и пришли. Не открывайте их программами, которые
форматируют и сохраняют: подпись перестанет сходиться.


ОСТОРОЖНО: ПЕРСОНАЛЬНЫЕ ДАННЫЕ

В ответах есть фамилии, СНИЛС и документы должников. ${othersInWords(others, shown)}
Передавайте этот архив только тому, кто вправе видеть все эти данные (152-ФЗ).


КАК ПРОВЕРИТЬ ПОДПИСЬ

Нужны OpenSSL с модулем ГОСТ и xmllint. В Debian и Ubuntu:

    apt install openssl libengine-gost-openssl libxml2-utils

Затем в распакованной папке:

    sh verify.sh

Скрипт скажет о каждом сообщении «Подпись верна» или что не сошлось, назовёт время подписи и сертификат, прочтёт
из подписанного ответ на этот запрос и сверит хэши файлов. В сеть он не выходит. Он короткий: его можно прочесть.

Что это доказывает. Владелец сертификата подписал именно этот ответ и именно эти файлы, и с тех пор в них ничего
не изменилось. Подписано содержимое soap:Body. Заголовок soap:Header (время отправки и MessageGUID) по протоколу
ГИС ЖКХ не подписывается. Приняла ли ответ ГИС ЖКХ, сказано в её ответе (reply.xml): importResult с тем же
TransportGUID, без Error. Если ГИС ЖКХ подписала свой ответ, в нём есть её ds:Signature; verify.sh её не проверяет.

Чего это не доказывает. Сертификат лежит в самом сообщении. Кому он выдан, напечатает verify.sh; что его выдал
аккредитованный удостоверяющий центр, что он действовал и не был отозван в момент подписи, проверяют отдельно: по
сертификату этого центра и спискам отзыва (портал уполномоченного федерального органа: e-trust.gosuslugi.ru).


КАК ПРОВЕРИТЬ ПОДПИСЬ ВРУЧНУЮ

Те же шаги, что в verify.sh, для сообщения messages/1. Со знака $ начинаются команды и их продолжения.

1. Привести сообщение к каноническому виду (Exclusive XML Canonicalization).

$ xmllint --nonet --exc-c14n messages/1/message.xml >canonical.xml

2. Взять содержимое soap:Body и отделить подпись (ds:Signature) от подписанного.

$ awk 'BEGIN { RS = "</?soap:Body>"; ORS = "" } NR == 2' canonical.xml >body.xml
$ awk 'BEGIN { RS = "<ds:Signature |</ds:Signature>"; ORS = "" } NR != 2' body.xml >signed.xml
$ awk 'BEGIN { RS = "<ds:Signature |</ds:Signature>"; ORS = "" } NR == 2' body.xml >inside.xml

3. Из подписи взять SignedInfo и SignedProperties. Вынутым из подписи, им нужны объявления их префиксов.

$ awk 'BEGIN { RS = "</?ds:SignedInfo>"; ORS = "" } NR == 2' inside.xml |
$   sed -e '1s|^|<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">|' -e '$s|$|</ds:SignedInfo>|' |
$   xmllint --nonet --exc-c14n - >signed-info.xml
$ awk 'BEGIN { RS = "<xades:SignedProperties |</xades:SignedProperties>"; ORS = "" } NR == 2' inside.xml |
$   sed -e '1s|^|<xades:SignedProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" |' -e '$s|$|</xades:SignedProperties>|' |
$   xmllint --nonet --exc-c14n - >signed-properties.xml

4. Посчитать хэши (ГОСТ Р 34.11-2012, 256 бит). Они должны совпасть с двумя ds:DigestValue в signed-info.xml:
   первый — хэш подписанного, второй — хэш SignedProperties.

$ openssl dgst -engine gost -md_gost12_256 -binary signed.xml | openssl base64
$ openssl dgst -engine gost -md_gost12_256 -binary signed-properties.xml | openssl base64
$ xmllint --xpath "//*[local-name()='DigestValue']/text()" signed-info.xml

5. Достать сертификат. Его хэш должен совпасть с ds:DigestValue в signed-properties.xml.

$ awk 'BEGIN { RS = "</?ds:X509Certificate>"; ORS = "" } NR == 2' inside.xml | openssl base64 -d -A >certificate.der
$ openssl dgst -engine gost -md_gost12_256 -binary certificate.der | openssl base64
$ xmllint --xpath "//*[local-name()='DigestValue']/text()" signed-properties.xml
$ openssl x509 -engine gost -inform DER -in certificate.der -noout -text -nameopt utf8,-esc_msb
$ openssl x509 -engine gost -inform DER -in certificate.der -pubkey -noout >key.pem

6. Проверить подпись (ГОСТ Р 34.10-2012) ключом из сертификата. OpenSSL ответит «Verified OK».

$ awk 'BEGIN { RS = "</?ds:SignatureValue>"; ORS = "" } NR == 2' inside.xml | openssl base64 -d -A >signature.bin
$ openssl dgst -engine gost -md_gost12_256 -verify key.pem -signature signature.bin signed-info.xml
${
  files.length > 0
    ? `
7. Сверить файлы: их хэш (ГОСТ Р 34.11-94) стоит в signed.xml, в base:AttachmentHASH.

$ for file in files/*; do openssl dgst -engine gost -md_gost94 "$file"; done
$ xmllint --xpath "//*[local-name()='AttachmentHASH']/text()" signed.xml
`
    : ''
}`;
}

function inventory({ folder, ackXml, replyXml, look }: ProofContent['messages'][number]): string {
  const lines = [
    [`${folder}/message.xml`, 'сообщение, каким оно ушло, с подписью и сертификатом'],
    [`${folder}/transport-guid.txt`, 'какой из ответов сообщения — на этот запрос'],
    ackXml && [`${folder}/ack.xml`, 'подтверждение портала, что сообщение получено'],
    replyXml && [`${folder}/reply.xml`, 'ответ портала: принят ли каждый ответ'],
    look && [`${folder}/look-….xml`, 'ответ портала потерялся: чем мы спросили портал и что он показал'],
  ];
  return lines
    .filter((line) => Array.isArray(line))
    .map(([path, what]) => `  ${path!.padEnd(32)}${what}`)
    .join('\n');
}

function othersInWords(others: number, shown: number): string {
  if (others + shown === 0) return 'Сведений о других домохозяйствах в сообщениях нет.';
  const parts = [
    others && `${others} ${plural(others, 'ответ', 'ответа', 'ответов')} на другие запросы`,
    shown &&
      `${shown} ${plural(shown, 'другой запрос', 'других запроса', 'других запросов')} в том, что показал портал`,
  ];
  return `Кроме этого запроса, в сообщениях есть
сведения о других домохозяйствах: ${parts.filter(Boolean).join(', ')}. Это персональные
данные других людей. Отрезать их нельзя: подпись стоит под сообщением целиком.`;
}
