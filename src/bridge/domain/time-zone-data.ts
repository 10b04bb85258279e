/**
 * Which IANA zones numbers and addresses point at. Several zones mean that it cannot be told which: the hours must be open in all of them.
 * What is not listed here (toll-free and personal codes, codes younger than this table) has no zone, and is not dialled on a guess.
 *
 * @see https://nationalnanpa.com/area_codes/ and https://github.com/google/libphonenumber/tree/master/resources/timezones
 */

const NEW_YORK = 'America/New_York';
const DETROIT = 'America/Detroit';
const CHICAGO = 'America/Chicago';
const DENVER = 'America/Denver';
const PHOENIX = 'America/Phoenix';
const BOISE = 'America/Boise';
const LOS_ANGELES = 'America/Los_Angeles';
const ANCHORAGE = 'America/Anchorage';
const ADAK = 'America/Adak';
const HONOLULU = 'Pacific/Honolulu';
const INDIANAPOLIS = 'America/Indiana/Indianapolis';
const HALIFAX = 'America/Halifax';
const TORONTO = 'America/Toronto';
const WINNIPEG = 'America/Winnipeg';
const REGINA = 'America/Regina';
const EDMONTON = 'America/Edmonton';
const VANCOUVER = 'America/Vancouver';
/** Mountain time all year round: the north-east of British Columbia. */
const DAWSON_CREEK = 'America/Dawson_Creek';
const WHITEHORSE = 'America/Whitehorse';
const ST_JOHNS = 'America/St_Johns';
const GOOSE_BAY = 'America/Goose_Bay';

type ZoneLine = readonly [zones: readonly string[], codes: string];

const areaCodeLines: readonly ZoneLine[] = [
  [
    [NEW_YORK],
    // Connecticut, Delaware, District of Columbia, Florida (peninsula), Georgia
    `203 475 860 959 302 202 771 239 305 321 324 352 386 407 561 645 656 689 727 728 754 772 786 813 863 904 941 954
     229 404 470 478 678 706 762 770 912 943
     502 859 207 227 240 301 410 443 667 339 351 413 508 617 774 781 857 978 603
     201 551 609 640 732 848 856 862 908 973 212 315 329 332 347 363 465 516 518 585 607 624 631 646 680 716 718 838 845 914 917 929 934
     252 336 472 704 743 828 910 919 980 984 216 220 234 283 326 330 380 419 436 440 513 567 614 740 937
     215 223 267 272 412 445 484 570 582 610 717 724 814 835 878 401 803 821 839 843 854 864 865 802
     276 434 540 571 686 703 757 804 826 948 304 681`,
  ],
  [[INDIANAPOLIS], '260 317 463 765'],
  [[DETROIT], '231 248 269 313 517 586 616 679 734 810 947 989'],
  [
    [CHICAGO],
    // Alabama, Arkansas, Illinois, Iowa, Kansas, Louisiana, Minnesota, Mississippi, Missouri, Nebraska, Oklahoma, Tennessee, Texas, Wisconsin
    `205 251 256 334 483 659 938 327 479 501 870 217 224 309 312 331 447 464 618 630 708 730 773 779 815 847 861 872 319 515 563 641 712
     316 913 225 318 337 457 504 985 218 320 507 612 651 763 924 952 228 471 601 662 769 235 314 417 557 573 636 660 816 975
     402 531 405 539 572 580 918 615 629 731 901 931
     210 214 254 281 325 346 361 409 430 432 469 512 621 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979
     262 274 353 414 534 608 715 920`,
  ],
  [[DENVER], '303 719 720 970 983 406 505 575 385 435 801 307 915'],
  [[PHOENIX], '480 520 602 623'],
  [
    [LOS_ANGELES],
    // California, Nevada, Oregon, Washington
    `209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 707 714 738 747 760 805 818 820 831
     837 840 858 909 916 925 949 951 702 725 503 971 206 253 360 425 509 564`,
  ],
  [[HONOLULU], '808'],
  // Split at exchange level
  [[LOS_ANGELES, BOISE], '208 986 458 541'],
  [[CHICAGO, INDIANAPOLIS], '219 574 812 930'],
  [[CHICAGO, NEW_YORK], '270 364 423 729 606 850 448'],
  [[CHICAGO, DENVER], '308 605 620 701 785'],
  [[LOS_ANGELES, DENVER], '775'],
  [[DETROIT, CHICAGO], '906'],
  [[ANCHORAGE, ADAK], '907'],
  [[PHOENIX, DENVER], '928'],
  // Canada
  [[TORONTO], '226 249 289 343 365 382 416 437 519 548 613 647 683 705 742 753 905 942 263 354 438 450 468 514 579 819 873'],
  [[TORONTO, HALIFAX], '367 418 581'],
  [[TORONTO, WINNIPEG, 'America/Atikokan'], '807'],
  [[WINNIPEG], '204 431 584'],
  [[REGINA], '306 474 639'],
  [[EDMONTON], '368 403 587 780 825'],
  [[VANCOUVER], '604'],
  [[VANCOUVER, EDMONTON, DAWSON_CREEK], '236 250 257 672 778'],
  [[HALIFAX], '782 902'],
  [['America/Moncton'], '428 506'],
  [[ST_JOHNS, GOOSE_BAY], '709 879'],
  [[WHITEHORSE, EDMONTON, WINNIPEG, TORONTO], '867'],
  // The Caribbean, Bermuda and the Pacific
  [['America/Nassau'], '242'],
  [['America/Barbados'], '246'],
  [['America/Anguilla'], '264'],
  [['America/Antigua'], '268'],
  [['America/Tortola'], '284'],
  [['America/St_Thomas'], '340'],
  [['America/Cayman'], '345'],
  [['Atlantic/Bermuda'], '441'],
  [['America/Grenada'], '473'],
  [['America/Grand_Turk'], '649'],
  [['America/Jamaica'], '658 876'],
  [['America/Montserrat'], '664'],
  [['Pacific/Guam'], '670 671'],
  [['Pacific/Pago_Pago'], '684'],
  [['America/Lower_Princes'], '721'],
  [['America/St_Lucia'], '758'],
  [['America/Dominica'], '767'],
  [['America/St_Vincent'], '784'],
  [['America/Puerto_Rico'], '787 939'],
  [['America/Santo_Domingo'], '809 829 849'],
  [['America/Port_of_Spain'], '868'],
  [['America/St_Kitts'], '869'],
];

/** US states, territories and Canadian provinces by their postal abbreviation. */
const stateLines: readonly ZoneLine[] = [
  [[NEW_YORK], 'CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV'],
  [[CHICAGO], 'AL AR IA IL LA MN MO MS OK WI'],
  [[DENVER], 'CO MT NM UT WY'],
  [[LOS_ANGELES], 'CA WA'],
  [[LOS_ANGELES, DENVER], 'NV'],
  [[LOS_ANGELES, BOISE], 'ID OR'],
  [[PHOENIX, DENVER], 'AZ'],
  [[CHICAGO, DENVER], 'KS ND NE SD TX'],
  [[CHICAGO, NEW_YORK], 'FL KY TN'],
  [[CHICAGO, INDIANAPOLIS], 'IN'],
  [[DETROIT, CHICAGO], 'MI'],
  [[ANCHORAGE, ADAK], 'AK'],
  [[HONOLULU], 'HI'],
  [['America/Puerto_Rico'], 'PR VI'],
  [['Pacific/Guam'], 'GU MP'],
  [['Pacific/Pago_Pago'], 'AS'],
  [[TORONTO, WINNIPEG, 'America/Atikokan'], 'ON'],
  [[TORONTO, HALIFAX], 'QC'],
  [[WINNIPEG], 'MB'],
  [[REGINA, EDMONTON], 'SK'],
  [[EDMONTON], 'AB NT'],
  [[VANCOUVER, EDMONTON, DAWSON_CREEK], 'BC'],
  [[HALIFAX], 'NS PE'],
  [['America/Moncton'], 'NB'],
  [[ST_JOHNS, GOOSE_BAY], 'NL'],
  [[WHITEHORSE], 'YT'],
  [[TORONTO, WINNIPEG, EDMONTON], 'NU'],
];

const stateNames: Readonly<Record<string, string>> = {
  alabama: 'AL',
  alaska: 'AK',
  arizona: 'AZ',
  arkansas: 'AR',
  california: 'CA',
  colorado: 'CO',
  connecticut: 'CT',
  delaware: 'DE',
  districtofcolumbia: 'DC',
  washingtondc: 'DC',
  florida: 'FL',
  georgia: 'GA',
  hawaii: 'HI',
  idaho: 'ID',
  illinois: 'IL',
  indiana: 'IN',
  iowa: 'IA',
  kansas: 'KS',
  kentucky: 'KY',
  louisiana: 'LA',
  maine: 'ME',
  maryland: 'MD',
  massachusetts: 'MA',
  michigan: 'MI',
  minnesota: 'MN',
  mississippi: 'MS',
  missouri: 'MO',
  montana: 'MT',
  nebraska: 'NE',
  nevada: 'NV',
  newhampshire: 'NH',
  newjersey: 'NJ',
  newmexico: 'NM',
  newyork: 'NY',
  northcarolina: 'NC',
  northdakota: 'ND',
  ohio: 'OH',
  oklahoma: 'OK',
  oregon: 'OR',
  pennsylvania: 'PA',
  rhodeisland: 'RI',
  southcarolina: 'SC',
  southdakota: 'SD',
  tennessee: 'TN',
  texas: 'TX',
  utah: 'UT',
  vermont: 'VT',
  virginia: 'VA',
  washington: 'WA',
  westvirginia: 'WV',
  wisconsin: 'WI',
  wyoming: 'WY',
  puertorico: 'PR',
  guam: 'GU',
  ontario: 'ON',
  quebec: 'QC',
  québec: 'QC',
  manitoba: 'MB',
  saskatchewan: 'SK',
  alberta: 'AB',
  britishcolumbia: 'BC',
  novascotia: 'NS',
  princeedwardisland: 'PE',
  newbrunswick: 'NB',
  newfoundland: 'NL',
  newfoundlandandlabrador: 'NL',
  yukon: 'YT',
  northwestterritories: 'NT',
  nunavut: 'NU',
};

/** First and last three digits of US ZIP codes of each state. @see https://pe.usps.com (Publication 65) */
const zipRanges: readonly (readonly [from: number, to: number, state: string])[] = [
  [5, 5, 'NY'],
  [6, 7, 'PR'],
  [8, 8, 'VI'],
  [9, 9, 'PR'],
  [10, 27, 'MA'],
  [28, 29, 'RI'],
  [30, 38, 'NH'],
  [39, 49, 'ME'],
  [50, 54, 'VT'],
  [55, 55, 'MA'],
  [56, 59, 'VT'],
  [60, 69, 'CT'],
  [70, 89, 'NJ'],
  [100, 149, 'NY'],
  [150, 196, 'PA'],
  [197, 199, 'DE'],
  [200, 200, 'DC'],
  [201, 201, 'VA'],
  [202, 205, 'DC'],
  [206, 219, 'MD'],
  [220, 246, 'VA'],
  [247, 268, 'WV'],
  [270, 289, 'NC'],
  [290, 299, 'SC'],
  [300, 319, 'GA'],
  [320, 339, 'FL'],
  [341, 349, 'FL'],
  [350, 369, 'AL'],
  [370, 385, 'TN'],
  [386, 397, 'MS'],
  [398, 399, 'GA'],
  [400, 427, 'KY'],
  [430, 459, 'OH'],
  [460, 479, 'IN'],
  [480, 499, 'MI'],
  [500, 528, 'IA'],
  [530, 549, 'WI'],
  [550, 567, 'MN'],
  [570, 577, 'SD'],
  [580, 588, 'ND'],
  [590, 599, 'MT'],
  [600, 629, 'IL'],
  [630, 658, 'MO'],
  [660, 679, 'KS'],
  [680, 693, 'NE'],
  [700, 714, 'LA'],
  [716, 729, 'AR'],
  [730, 732, 'OK'],
  [733, 733, 'TX'],
  [734, 749, 'OK'],
  [750, 799, 'TX'],
  [800, 816, 'CO'],
  [820, 831, 'WY'],
  [832, 838, 'ID'],
  [840, 847, 'UT'],
  [850, 865, 'AZ'],
  [870, 884, 'NM'],
  [885, 885, 'TX'],
  [889, 898, 'NV'],
  [900, 961, 'CA'],
  [967, 968, 'HI'],
  [969, 969, 'GU'],
  [970, 979, 'OR'],
  [980, 994, 'WA'],
  [995, 999, 'AK'],
];

/** Countries outside the North American plan. A country that is not here has no zone. */
const countryLines: readonly ZoneLine[] = [
  [['Europe/London'], 'GB GG IM JE'],
  [['Europe/Dublin'], 'IE'],
  [['Europe/Berlin'], 'DE'],
  [['Europe/Paris'], 'FR MC'],
  [['Europe/Brussels'], 'BE'],
  [['Europe/Amsterdam'], 'NL'],
  [['Europe/Luxembourg'], 'LU'],
  [['Europe/Zurich'], 'CH LI'],
  [['Europe/Vienna'], 'AT'],
  [['Europe/Rome'], 'IT SM VA'],
  [['Europe/Malta'], 'MT'],
  [['Europe/Copenhagen'], 'DK'],
  [['Europe/Stockholm'], 'SE'],
  [['Europe/Oslo'], 'NO SJ'],
  [['Europe/Helsinki'], 'FI AX'],
  [['Atlantic/Reykjavik'], 'IS'],
  [['Atlantic/Faroe'], 'FO'],
  [['Europe/Warsaw'], 'PL'],
  [['Europe/Prague'], 'CZ'],
  [['Europe/Bratislava'], 'SK'],
  [['Europe/Budapest'], 'HU'],
  [['Europe/Bucharest'], 'RO'],
  [['Europe/Sofia'], 'BG'],
  [['Europe/Athens'], 'GR'],
  [['Europe/Belgrade'], 'RS ME MK'],
  [['Europe/Zagreb'], 'HR'],
  [['Europe/Ljubljana'], 'SI'],
  [['Europe/Sarajevo'], 'BA'],
  [['Europe/Tirane'], 'AL'],
  [['Europe/Tallinn'], 'EE'],
  [['Europe/Riga'], 'LV'],
  [['Europe/Vilnius'], 'LT'],
  [['Asia/Nicosia'], 'CY'],
  [['Europe/Kyiv'], 'UA'],
  [['Europe/Chisinau'], 'MD'],
  [['Europe/Istanbul'], 'TR'],
  [['Europe/Madrid', 'Atlantic/Canary'], 'ES'],
  [['Europe/Lisbon', 'Atlantic/Azores'], 'PT'],
  [['Europe/Andorra'], 'AD'],
  [['Europe/Gibraltar'], 'GI'],
  [['Asia/Kolkata'], 'IN'],
  [['Asia/Karachi'], 'PK'],
  [['Asia/Dhaka'], 'BD'],
  [['Asia/Colombo'], 'LK'],
  [['Asia/Kathmandu'], 'NP'],
  [['Asia/Singapore'], 'SG'],
  [['Asia/Kuala_Lumpur'], 'MY'],
  [['Asia/Bangkok'], 'TH'],
  [['Asia/Ho_Chi_Minh'], 'VN'],
  [['Asia/Manila'], 'PH'],
  [['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'], 'ID'],
  [['Asia/Hong_Kong'], 'HK'],
  [['Asia/Macau'], 'MO'],
  [['Asia/Taipei'], 'TW'],
  [['Asia/Shanghai'], 'CN'],
  [['Asia/Tokyo'], 'JP'],
  [['Asia/Seoul'], 'KR'],
  [['Asia/Dubai'], 'AE'],
  [['Asia/Riyadh'], 'SA'],
  [['Asia/Qatar'], 'QA'],
  [['Asia/Kuwait'], 'KW'],
  [['Asia/Bahrain'], 'BH'],
  [['Asia/Muscat'], 'OM'],
  [['Asia/Jerusalem'], 'IL'],
  [['Asia/Amman'], 'JO'],
  [['Asia/Beirut'], 'LB'],
  [['Africa/Cairo'], 'EG'],
  [['Africa/Casablanca'], 'MA'],
  [['Africa/Algiers'], 'DZ'],
  [['Africa/Tunis'], 'TN'],
  [['Africa/Lagos'], 'NG'],
  [['Africa/Accra'], 'GH'],
  [['Africa/Nairobi'], 'KE'],
  [['Africa/Kampala'], 'UG'],
  [['Africa/Dar_es_Salaam'], 'TZ'],
  [['Africa/Johannesburg'], 'ZA'],
  [['Australia/Sydney', 'Australia/Brisbane', 'Australia/Adelaide', 'Australia/Darwin', 'Australia/Perth'], 'AU'],
  [['Pacific/Auckland', 'Pacific/Chatham'], 'NZ'],
  [['America/Mexico_City', 'America/Tijuana', 'America/Hermosillo', 'America/Cancun', 'America/Ciudad_Juarez'], 'MX'],
  [['America/Sao_Paulo', 'America/Manaus', 'America/Rio_Branco', 'America/Noronha'], 'BR'],
  [['America/Argentina/Buenos_Aires'], 'AR'],
  [['America/Santiago', 'America/Punta_Arenas', 'Pacific/Easter'], 'CL'],
  [['America/Bogota'], 'CO'],
  [['America/Lima'], 'PE'],
  [['America/Guayaquil', 'Pacific/Galapagos'], 'EC'],
  [['America/Caracas'], 'VE'],
  [['America/La_Paz'], 'BO'],
  [['America/Asuncion'], 'PY'],
  [['America/Montevideo'], 'UY'],
  [['America/Panama'], 'PA'],
  [['America/Costa_Rica'], 'CR'],
  [['America/Guatemala'], 'GT'],
  [['America/El_Salvador'], 'SV'],
  [['America/Tegucigalpa'], 'HN'],
  [['America/Managua'], 'NI'],
];

/** How people write a zone in a spreadsheet. */
const zoneNames: Readonly<Record<string, string>> = {
  eastern: NEW_YORK,
  easterntime: NEW_YORK,
  et: NEW_YORK,
  edt: NEW_YORK,
  est: NEW_YORK,
  useastern: NEW_YORK,
  central: CHICAGO,
  centraltime: CHICAGO,
  ct: CHICAGO,
  cdt: CHICAGO,
  cst: CHICAGO,
  uscentral: CHICAGO,
  mountain: DENVER,
  mountaintime: DENVER,
  mt: DENVER,
  mdt: DENVER,
  usmountain: DENVER,
  arizona: PHOENIX,
  pacific: LOS_ANGELES,
  pacifictime: LOS_ANGELES,
  pt: LOS_ANGELES,
  pdt: LOS_ANGELES,
  pst: LOS_ANGELES,
  uspacific: LOS_ANGELES,
  alaska: ANCHORAGE,
  akst: ANCHORAGE,
  hawaii: HONOLULU,
  hst: HONOLULU,
};

export const zonesByAreaCode: ReadonlyMap<string, readonly string[]> = table(areaCodeLines);
export const zonesByState: ReadonlyMap<string, readonly string[]> = table(stateLines);
export const zonesByCountry: ReadonlyMap<string, readonly string[]> = table(countryLines);
export const stateByName: ReadonlyMap<string, string> = new Map(Object.entries(stateNames));
export const zoneByName: ReadonlyMap<string, string> = new Map(Object.entries(zoneNames));

/** @param prefix the first three digits of a ZIP code */
export function stateOfZip(prefix: number): string | null {
  return zipRanges.find(([from, to]) => prefix >= from && prefix <= to)?.[2] ?? null;
}

function table(lines: readonly ZoneLine[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    lines.flatMap(([zones, codes]) =>
      codes
        .trim()
        .split(/\s+/)
        .map((code) => [code, zones] as const),
    ),
  );
}
