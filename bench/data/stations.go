package main

// stations are cities of the world, some with spaces and letters outside ASCII; 3 to 24 bytes.
const stations = `
Aachen,Aalborg,Aarhus,Abidjan,Abu Dhabi,Abuja,Acapulco,Accra,Adana,Addis Ababa,Adelaide,Agadir,Agra,Ahmedabad,Ajaccio,Albany
Aleppo,Alexandria,Algiers,Alicante,Almaty,Altdorf,Amman,Amsterdam,Anchorage,Andorra la Vella,Ankara,Annaba,Antalya,Antananarivo
Antwerp,Arequipa,Arkhangelsk,Arnhem,Asheville,Asmara,Astana,Asunción,Athens,Atlanta,Auckland,Augsburg,Austin,Baghdad,Bahía Blanca
Baku,Baltimore,Bamako,Bangalore,Bangkok,Bangui,Banjul,Barcelona,Bari,Barquisimeto,Basel,Basra,Beijing,Beira,Beirut,Belfast,Belgrade
Belize City,Belém,Bengaluru,Benghazi,Bergamo,Bergen,Berlin,Bern,Bilbao,Birmingham,Bishkek,Bissau,Blantyre,Bloemfontein,Bogotá
Boise,Bologna,Bordeaux,Boston,Braga,Brasília,Bratislava,Brazzaville,Bregenz,Bremen,Brescia,Brest,Bridgetown,Brisbane,Bristol,Brno
Brussels,Bucharest,Budapest,Buenos Aires,Bujumbura,Bulawayo,Burgas,Busan,Bydgoszcz,Cabo San Lucas,Cádiz,Caen,Cagliari,Cairo
Calgary,Cali,Cambridge,Canberra,Cape Town,Caracas,Cardiff,Cartagena,Casablanca,Catania,Chang'an,Charlotte,Chengdu,Chennai
Chiang Mai,Chicago,Chihuahua,Chișinău,Chittagong,Chongqing,Christchurch,Chur,Cincinnati,City of San Marino,Cleveland,Cluj,Cochabamba
Coimbra,Colombo,Columbus,Conakry,Copenhagen,Córdoba,Cork,Cotonou,Cracow,Curitiba,Cusco,Da Nang,Dakar,Dallas,Damascus,Dampier
Dar es Salaam,Darwin,Davao,Debrecen,Delhi,Denpasar,Denver,Detroit,Dhaka,Dijon,Dili,Djibouti,Dodoma,Dolisie,Dortmund,Douala,Dresden
Dubai,Dublin,Dubrovnik,Duluth,Dunedin,Durban,Dushanbe,Düsseldorf,Edinburgh,Edmonton,Eindhoven,El Paso,Entebbe,Erbil,Erfurt,Erzurum
Essen,Faro,Fès,Flagstaff,Florence,Fortaleza,Frankfurt,Freetown,Fresno,Fribourg,Fukuoka,Gaborone,Gabès,Galway,Gangtok,Garissa,Gdańsk
Geneva,Genoa,George Town,Ghent,Gibraltar,Girona,Gjirokastër,Glasgow,Gothenburg,Granada,Graz,Grenoble,Groningen,Guadalajara,Guangzhou
Guatemala City,Guayaquil,Haifa,Halifax,Hamburg,Hamilton,Hanoi,Hanover,Harare,Harbin,Hargeisa,Hat Yai,Havana,Helsinki,Heraklion,Hilo
Hiroshima,Ho Chi Minh City,Hobart,Hong Kong,Honiara,Honolulu,Houston,Hyderabad,Iași,Ibadan,Ifrane,Indianapolis,Innsbruck,Iqaluit
Irkutsk,Isfahan,Istanbul,Izmir,Jacksonville,Jaipur,Jakarta,Jayapura,Jeddah,Jerusalem,Johannesburg,Jos,Juba,Kabul,Kampala,Kandi
Kansas City,Kaohsiung,Karachi,Karonga,Kathmandu,Katowice,Kaunas,Kazan,Kharkiv,Khartoum,Kigali,Kingston,Kinshasa,Klagenfurt,Kolkata
Kraków,Kuala Lumpur,Kumasi,Kunming,Kuopio,Kuwait City,Kyiv,Kyoto,La Ceiba,La Paz,Lagos,Lahore,Lake Havasu City,Las Palmas,Las Vegas
Launceston,Lausanne,Le Havre,Leeds,Leipzig,Lhasa,Libreville,Lille,Lima,Limassol,Linz,Lisbon,Liverpool,Livingstone,Ljubljana,Lodwar
Lomé,London,Los Angeles,Louisville,Luanda,Lübeck,Lublin,Lucerne,Lusaka,Luxembourg,Lviv,Lyon,Madrid,Mahajanga,Makassar,Makurdi,Málaga
Malmö,Malé,Managua,Manama,Manchester,Mandalay,Manila,Maputo,Marrakesh,Marseille,Maun,Mecca,Medan,Medellín,Melbourne,Memphis
Mexicali,Mexico City,Miami,Milan,Milwaukee,Minneapolis,Minsk,Mogadishu,Mombasa,Monaco,Moncton,Monterrey,Montevideo,Montréal,Moscow
Mumbai,Munich,Murmansk,Muscat,Mzuzu,Nagoya,Nairobi,Nantes,Naples,Nashville,Nassau,Ndola,New Delhi,New Orleans,New York City,Newcastle
Ngaoundéré,Niamey,Nice,Nicosia,Nouadhibou,Nouakchott,Novosibirsk,Nur-Sultan,Nuuk,Odesa,Oslo,Ottawa,Oulu,Palermo,Palma,Panama City
Paris,Perth,Philadelphia,Phnom Penh,Phoenix,Pittsburgh,Podgorica,Porto,Prague,Praia,Pretoria,Pyongyang,Québec,Quito,Rabat,Reykjavík
Riga,Riyadh,Rome,Rotterdam,Saint Petersburg,Salzburg,San Diego,San Francisco,San José,Santiago,São Paulo,Sarajevo,Seattle,Seoul
Sevilla,Shanghai,Singapore,Skopje,Sofia,Stockholm,Stuttgart,Suva,Sydney,Taipei,Tallinn,Tashkent,Tbilisi,Tehran,Tel Aviv,Timişoara
Tirana,Tokyo,Toronto,Trondheim,Tunis,Turin,Ürümqi,Utrecht,Vaduz,Valencia,Vancouver,Venice,Vienna,Vientiane,Vilnius,Warsaw,Zagreb,Zürich
`
